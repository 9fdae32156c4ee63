// A request of node:http as a Request, and a Response as its answer: what Express and Fastify need.

/**
 * @param {import('node:http').IncomingMessage} message Not read yet.
 * @param {string} origin The address that clients use: key identifiers begin with it.
 */
export async function toRequest(message, origin) {
  const { method, url, headers } = message
  const chunks = []
  for await (const chunk of message) chunks.push(chunk)
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(new URL(url, origin), {
    method,
    headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
    ...(hasBody && { body: Buffer.concat(chunks) }),
  })
}

/**
 * @param {Response} response
 * @param {import('node:http').ServerResponse} target
 */
export async function send(response, target) {
  target.writeHead(response.status, Object.fromEntries(response.headers))
  target.end(Buffer.from(await response.arrayBuffer()))
}
