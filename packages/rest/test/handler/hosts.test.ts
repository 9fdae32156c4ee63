/** Several HSMs behind one handler, and the address that key identifiers begin with. */

import { createHsm, createKey, getKey, type Hsm, HsmError } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createHandler } from '../../src/index.ts'
import { base64url, sender } from '../rest-client.ts'

const json = { kty: 'EC' }

describe('a key identifier', () => {
  it.each(['https://localhost:8443', 'http://127.0.0.1:8080', 'https://contoso.vault.azure.net'])(
    'begins with %s where the client called that',
    async (address) => {
      const send = sender(createHandler(createHsm()), address)
      const created = await send('POST /keys/a/create', { json })
      expect(created.json.key.kid).toMatch(`${address}/keys/a/`)
      expect((await send('GET /keys')).json.value[0].kid).toBe(`${address}/keys/a`)
      const deleted = await send('DELETE /keys/a')
      expect(deleted.json.recoveryId).toBe(`${address}/deletedkeys/a`)
    },
  )

  it('is that of the engine at another address', async () => {
    const hsm = createHsm()
    const { key } = createKey(hsm, 'a', { kty: 'EC' })
    const { kid } = (await sender(createHandler(hsm), 'https://x.test')('GET /keys/a')).json.key
    expect(kid).toBe(key.kid.replace(hsm.baseUrl, 'https://x.test'))
    expect(getKey(hsm, 'a').key.kid).toBe(key.kid)
  })

  it('of a refusal is that of the client too', async () => {
    const send = sender(createHandler(createHsm()), 'https://x.test')
    expect((await send('GET /keys/a')).json.error.message).toContain(
      'Key not found: https://x.test/keys/a',
    )
  })

  it('of a KEK is that of the client too', async () => {
    const hsm = createHsm()
    const send = sender(createHandler(hsm), 'https://x.test')
    const kek = await send('POST /keys/kek/create', { json: { kty: 'RSA', key_ops: ['import'] } })
    const blob = (kid: string) =>
      base64url(
        JSON.stringify({
          schema_version: '1.0.0',
          header: { kid, alg: 'dir', enc: 'CKM_RSA_AES_KEY_WRAP' },
          ciphertext: base64url(new Uint8Array(300)),
        }),
      )
    const imported = (kid: string) =>
      send('PUT /keys/b', { json: { key: { kty: 'oct-HSM', key_hsm: blob(kid) } } })
    const { kid } = kek.json.key
    expect((await imported(kid)).json.error.message).toContain('The parameter is incorrect.')
    const other = (await imported(kid.replace('x.test', 'y.test'))).json.error.message
    expect(other).toContain('is not of https://x.test')
  })
})

describe('a handler of several HSMs', () => {
  const two = () => {
    const handler = createHandler({
      'a.vault.azure.net': createHsm({ profile: 'vault-premium' }),
      'B.managedhsm.azure.net:8443': createHsm(),
    })
    return {
      handler,
      a: sender(handler, 'https://a.vault.azure.net'),
      b: sender(handler, 'https://b.managedhsm.azure.net:8443'),
    }
  }

  it('calls the one of the host, as the service that it is', async () => {
    const { a, b } = two()
    expect((await a('POST /keys/x/create', { json })).json.key.kty).toBe('EC')
    expect((await b('GET /keys/x')).status).toBe(404)
    expect((await b('POST /keys/x/create', { json })).json.key.kty).toBe('EC-HSM')
  })

  it('has nothing at another host', async () => {
    const { handler } = two()
    const { status, json } = await sender(handler, 'https://c.vault.azure.net')('GET /keys')
    expect([status, json.error.message]).toEqual([404, 'There is no HSM at c.vault.azure.net.'])
  })
})

describe('createHandler', () => {
  it('refuses a value that is not an HSM', () => {
    const forged = { baseUrl: 'https://x.test', profile: 'managed-hsm' } as Hsm
    expect(() => createHandler(forged)).toThrow(HsmError)
    expect(() => createHandler({ 'x.test': forged })).toThrow(HsmError)
  })
  it.each([-1, 1.5, Number.NaN, '1' as unknown as number])('refuses a body limit of %s', (most) => {
    expect(() => createHandler(createHsm(), { maxBodyLength: most })).toThrow('maxBodyLength')
  })
})
