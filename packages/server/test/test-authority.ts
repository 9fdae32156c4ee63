/** A token authority on this machine: it publishes its keys and signs any claims. */

import { generateKeyPairSync } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { exportJWK, importPKCS8, importSPKI, SignJWT } from 'jose'
import { makeAuthority, makeLeaf } from '../src/certificates/make-certificates.ts'

/** A running authority. */
export interface TestAuthority {
  /** Its address, which is its issuer too. */
  readonly url: string
  /** The certificate to trust; empty for plain HTTP. */
  readonly ca: string
  /** The paths that were requested, in order. */
  readonly asked: string[]
  /** Signs a token: valid for an hour and for `https://managedhsm.azure.net` by default. */
  readonly sign: (claims?: Readonly<Record<string, unknown>>) => Promise<string>
  /** Publishes another page. */
  readonly publish: (path: string, json: object) => void
  readonly close: () => Promise<void>
}

/** Starts one; with TLS it has a certificate of its own. */
export async function startAuthority({ tls = false } = {}): Promise<TestAuthority> {
  // PEM first: a JWK of a pair that was just generated can hang Node 20.
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const jwk = {
    ...(await exportJWK(await importSPKI(publicKey, 'ES256', { extractable: true }))),
    kid: 'one',
    alg: 'ES256',
  }
  const pages = new Map<string, object>([['/keys', { keys: [jwk] }]])
  const asked: string[] = []
  const listener: RequestListener = (request, response) => {
    asked.push(String(request.url))
    const page = pages.get(String(request.url))
    response.writeHead(page === undefined ? 404 : 200).end(JSON.stringify(page ?? {}))
  }
  const authority = tls ? await makeAuthority(Date.now()) : undefined
  const leaf = authority && (await makeLeaf(authority, ['127.0.0.1', 'localhost'], Date.now()))
  const server = leaf ? createTlsServer(leaf, listener) : createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  pages.set('/.well-known/openid-configuration', { issuer: url, jwks_uri: `${url}/keys` })
  const key = await importPKCS8(privateKey, 'ES256')
  return {
    url,
    ca: authority?.cert ?? '',
    asked,
    sign: (claims = {}) => {
      const now = Math.floor(Date.now() / 1000)
      const usual = {
        iss: url,
        aud: 'https://managedhsm.azure.net',
        exp: now + 3600,
        oid: 'somebody',
      }
      const all = Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined)
      return new SignJWT(Object.fromEntries(all))
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .sign(key)
    },
    publish: (path, json) => pages.set(path, json),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
