// Where the stories are played: a real server that serves the page, and the page with the engine inside.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConsoleHandler } from '@pocket-hsm/console'
import { startServer } from '@pocket-hsm/server'

/**
 * @typedef {{ name: string, url: string, close: () => Promise<void> }} Place
 */

/**
 * A server on a free port, over HTTPS with a certificate of its own; `request` is another client of it.
 *
 * @param {object} [options] More options of the server.
 * @returns {Promise<Place & { request: (method: string, path: string) => Promise<number> }>}
 */
export async function openServer(options = {}) {
  const certificateFolder = mkdtempSync(join(tmpdir(), 'pocket-hsm-console-'))
  const server = await startServer({ port: 0, console: true, certificateFolder, ...options })
  return {
    name: 'server',
    request: createRequest(server),
    url: String(server.consoleUrl),
    close: async () => {
      await server.close()
      rmSync(certificateFolder, { recursive: true })
    },
  }
}

/** Another client of the server, which trusts its certificate. */
function createRequest({ url, caFile }) {
  const ca = readFileSync(caFile)
  return (method, path) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: 'Bearer any' }
      request(`${url}${path}?api-version=7.6`, { method, headers, ca }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode))
      })
        .once('error', reject)
        .end()
    })
}

/**
 * The page with the engine inside, from a server that knows nothing but files.
 *
 * @returns {Promise<Place>}
 */
export async function openInPage() {
  const folder = join(import.meta.dirname, '../../packages', 'console', 'dist', 'in-page')
  const handle = createConsoleHandler({
    path: '/',
    read: (file) => readFile(join(folder, file)).catch(() => undefined),
  })
  const server = createServer(async (message, response) => {
    const asked = new Request(`http://localhost${message.url}`, {
      headers: { 'accept-encoding': String(message.headers['accept-encoding'] ?? '') },
    })
    const answer = await handle(asked)
    const headers = Object.fromEntries(answer.headers)
    // The page has a policy of its own: WebAssembly, and nothing from any server.
    delete headers['content-security-policy']
    response.writeHead(answer.status, headers)
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  return {
    name: 'in the page',
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}
