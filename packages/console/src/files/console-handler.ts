/** Serves the files of the page, wherever they are kept. */

import { consoleHeaders } from './console-headers.ts'

/** Where the files are, and where they go. */
export interface ConsoleHandlerOptions {
  /**
   * Reads a file of `dist/served` of this package by its path there, such as `index.html` or `index.html.br`; `undefined`
   * if there is none.
   */
  readonly read: (file: string) => Promise<Uint8Array | undefined>
  /** The path of the page, with a slash at its end. Defaults to `/console/`. */
  readonly path?: string
}

/** Responds to a request for a file of the page. */
export type ConsoleHandler = (request: Request) => Promise<Response>

/** The encodings that the build writes, the smallest first. */
const ENCODINGS = [
  { name: 'br', extension: '.br' },
  { name: 'gzip', extension: '.gz' },
] as const

/**
 * Makes a handler that serves the page, for any server that has `Request` and `Response`.
 *
 * The page itself sends its requests to the same origin: those for keys, and those below `/control` to the control API of
 * `@pocket-hsm/rest`. The files hold no secret and anyone may have them: the two APIs decide what the page can do.
 *
 * @param options - See {@link ConsoleHandlerOptions}.
 * @returns 200 with the file, compressed as the client accepts it; 404 for what the page does not have, 405 for methods
 *   other than GET and HEAD.
 *
 * @example
 * ```ts
 * import { createConsoleHandler } from '@pocket-hsm/console'
 *
 * const files = new Map([['index.html', new TextEncoder().encode('<!doctype html>')]])
 * const handler = createConsoleHandler({ read: async (file) => files.get(file) })
 * const response = await handler(new Request('https://localhost:8443/console/'))
 * response.status // 200
 * response.headers.get('content-type') // 'text/html; charset=utf-8'
 * ```
 */
export function createConsoleHandler({
  read,
  path = '/console/',
}: ConsoleHandlerOptions): ConsoleHandler {
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (!pathname.startsWith(path)) return text(404, 'There is no page here.')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return text(405, 'The method must be GET or HEAD.', { allow: 'GET, HEAD' })
    }
    const file = pathname.slice(path.length) || 'index.html'
    const headers = consoleHeaders(file)
    const found = headers && (await readEncoded(read, file, request.headers.get('accept-encoding')))
    if (headers === undefined || found === undefined) return text(404, 'There is no such file.')
    const body = request.method === 'HEAD' ? null : new Uint8Array(found.bytes)
    return new Response(body, { headers: { ...headers, ...found.headers } })
  }
}

async function readEncoded(
  read: ConsoleHandlerOptions['read'],
  file: string,
  accepted: string | null,
) {
  const names = (accepted ?? '')
    .split(',')
    .filter((each) => !/;\s*q=0(\.0*)?\s*$/.test(each))
    .map((each) => each.replace(/;.*$/, '').trim().toLowerCase())
  for (const { name, extension } of ENCODINGS) {
    const bytes = names.includes(name) ? await read(`${file}${extension}`) : undefined
    if (bytes !== undefined) return { bytes, headers: { 'content-encoding': name } }
  }
  const bytes = await read(file)
  return bytes && { bytes, headers: {} }
}

function text(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
  return new Response(`${message}\n`, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  })
}
