// Serves the page and the packages as they are installed, file by file: nothing is bundled, nothing is changed.

import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import sirv from 'sirv'
import { importMapOf } from './import-map.mjs'

const here = import.meta.dirname
const root = fileURLToPath(new URL('../..', import.meta.url))
const PACKAGES = [
  'pocket-hsm',
  '@pocket-hsm/rest',
  '@pocket-hsm/azure',
  '@azure/keyvault-keys',
  'chai',
]

const page = (importMap) => `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>pocket-hsm in a browser</title>
<style>body { font: 14px system-ui } td { padding: 0 1em 0 0 }</style>
<script type="importmap">${JSON.stringify(importMap)}</script>
<h1>In the page</h1><table id="page"></table>
<h1>In a worker</h1><table id="worker"></table>
<script type="module" src="/examples/browser/page.mjs"></script>
`

/**
 * Starts a server that nobody else on the network can reach.
 *
 * @param {number} [port] A free one unless told.
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function serve(port = 0) {
  const html = page(importMapOf(PACKAGES, here, root))
  const files = sirv(root, { dev: true, dotfiles: true })
  const server = createServer((request, response) => {
    if (request.url === '/') response.setHeader('content-type', 'text/html').end(html)
    else files(request, response, () => response.writeHead(404).end())
  })
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => server.close(),
  }
}
