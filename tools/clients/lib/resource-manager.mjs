// Holds: what az asks at Resource Manager before some of its commands for keys is answered here, with one HSM and one
// attestation service; and Microsoft Graph, with nobody.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { listenOnLoopback } from './listen.mjs'

/** Where `az keyvault key create --default-cvm-policy` is told that the attestation service is. */
export const ATTESTATION_SERVICE = 'https://shared.attest.localhost'

/**
 * Starts it.
 *
 * @param {{ certificates: string, hsmName: string, authority: string }} options The folder with the certificate of a
 *   server, which it uses too; the HSM that it knows; the server that answers a login.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startResourceManager({ certificates, hsmName, authority }) {
  const pem = readFileSync(join(certificates, 'server.pem'))
  const server = createServer({ key: pem, cert: pem }, (request, response) => {
    const { pathname } = new URL(request.url ?? '/', authority)
    request.resume()
    const answer = ANSWERS.find(({ path }) => path.test(pathname))?.answer({ hsmName })
    if (!answer) {
      // A login asks the server.
      response.writeHead(307, { location: new URL(request.url ?? '/', authority).href }).end()
      return
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  const { port, close } = await listenOnLoopback(server)
  return { url: `https://localhost:${port}`, close }
}

const ANSWERS = [
  {
    // Microsoft Graph is asked which principals these are: the directory knows none of them.
    path: /\/v1\.0\/directoryObjects\/getByIds$/,
    answer: () => ({ value: [] }),
  },
  {
    path: /\/providers\/Microsoft\.KeyVault\/managedHSMs$/,
    answer: ({ hsmName }) => ({ value: [{ name: hsmName, location: 'here' }] }),
  },
  {
    path: /\/providers\/Microsoft\.Attestation\/Locations\/here\/defaultProvider$/,
    answer: () => ({ name: 'shared', properties: { attestUri: ATTESTATION_SERVICE } }),
  },
]
