// The unchanged client against an HSM behind MSW, nock and undici.

import { DefaultAzureCredential } from '@azure/identity'
import { KeyClient } from '@azure/keyvault-keys'
import { createHandler } from '@pocket-hsm/rest'
import { setupServer } from 'msw/node'
import nock from 'nock'
import { createHsm, listKeys } from 'pocket-hsm'
import { Agent, fetch as fetchOfUndici, MockAgent, request } from 'undici'
import { afterEach, expect, it } from 'vitest'
import { hsmHandlers } from '../with-msw.mjs'
import { nockHsm } from '../with-nock.mjs'
import { answerWith } from '../with-undici.mjs'

const VAULT = 'https://contoso.vault.azure.net'

const createVault = () => createHsm({ baseUrl: VAULT, profile: 'vault-premium' })

async function createKeyWithSdk() {
  const client = new KeyClient(VAULT, new DefaultAzureCredential())
  const { keyType } = await client.createRsaKey('orders', { keySize: 2048 })
  return keyType
}

const cleanUps = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
})

it('MSW: the handlers of an HSM are handlers among others', async () => {
  const server = setupServer(...hsmHandlers(createVault()))
  server.listen({ onUnhandledRequest: 'error' })
  cleanUps.push(() => server.close())
  expect(await createKeyWithSdk()).toBe('RSA')
})

it('nock: an HSM answers every method', async () => {
  nock.disableNetConnect()
  cleanUps.push(() => {
    nock.cleanAll()
    nock.enableNetConnect()
    nock.restore()
  })
  nockHsm(createVault())
  expect(await createKeyWithSdk()).toBe('RSA')
})

it.each([
  ['request', (url, options) => request(url, options)],
  ['fetch', (url, options) => fetchOfUndici(url, options)],
])('undici: an HSM answers %s, and a MockAgent the rest', async (_, send) => {
  const hsm = createVault()
  const mocks = new MockAgent()
  mocks.disableNetConnect()
  mocks.get('https://example.com').intercept({ path: '/' }).reply(200, 'mocked')
  const dispatcher = mocks.compose(answerWith(VAULT, createHandler(hsm)))
  const created = await send(`${VAULT}/keys/orders/create?api-version=7.6`, {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify({ kty: 'EC' }),
    dispatcher,
  })
  expect(created.status ?? created.statusCode).toBe(200)
  expect(listKeys(hsm).value).toHaveLength(1)
  const other = await send('https://example.com/', { dispatcher })
  expect(await (other.body.text?.() ?? other.text())).toBe('mocked')
})

it('undici: a handler that loses the connection is an error of the request', async () => {
  const lost = async () => {
    throw Object.assign(new Error('lost'), { code: 'ECONNRESET' })
  }
  const dispatcher = new Agent().compose(answerWith(VAULT, lost))
  await expect(request(`${VAULT}/keys`, { dispatcher })).rejects.toThrow('lost')
})
