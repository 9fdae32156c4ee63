// Production code against an HSM in the same process, and an HSM as a server, under Node.js, Bun and Deno:
//
//   node bun-and-deno.mjs      bun bun-and-deno.mjs      deno run -A bun-and-deno.mjs

import assert from 'node:assert/strict'
import https from 'node:https'
import { DefaultAzureCredential } from '@azure/identity'
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { interceptAzure } from '@pocket-hsm/azure'
import { createHandler } from '@pocket-hsm/rest'
import { createHsm } from 'pocket-hsm'

const VAULT = 'https://contoso.vault.azure.net'
const hsm = createHsm({ baseUrl: VAULT, profile: 'vault-premium' })
const stop = interceptAzure(hsm)
try {
  const credential = new DefaultAzureCredential()
  const { id } = await new KeyClient(VAULT, credential).createEcKey('orders')
  const signer = new CryptographyClient(id, credential)
  const { result } = await signer.sign('ES256', new Uint8Array(32))
  assert.equal(result.length, 64)
  assert.equal((await fetch(`${VAULT}/keys`)).status, 401)
  assert.equal(await new Promise((done) => https.get(VAULT, (got) => done(got.statusCode))), 401)
} finally {
  stop()
}

const { Bun, Deno } = globalThis
const handler = createHandler(hsm)
const server = Bun
  ? Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: handler })
  : Deno?.serve({ port: 0, hostname: '127.0.0.1', onListen() {} }, handler)
if (server) {
  const { port } = Bun ? server : server.addr
  assert.equal((await fetch(`http://127.0.0.1:${port}/keys`)).status, 401)
  await (Bun ? server.stop(true) : server.shutdown())
}
console.log('works')
