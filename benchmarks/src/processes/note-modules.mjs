// Module hooks that note which modules of libraries are imported by ours.

let port

export function initialize(data) {
  port = data.port
}

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context)
  const isFromUs = context.parentURL !== undefined && !isForeign(context.parentURL)
  if (isFromUs && isForeign(resolved.url) && !resolved.url.includes('/@noble/')) {
    port.postMessage(resolved.url)
  }
  return resolved
}

const isForeign = (url) => url.includes('/node_modules/')
