/** The shapes that were recorded from the service, member by member and in their order. */

import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { BASE_URL, base64url, START, testRest, VAULT_URL, vaultError } from '../rest-client.ts'

/** Text whose changing parts are replaced by their names. */
const masked = (text: string) =>
  text
    .replace(/[0-9a-f]{32}/g, 'VERSION')
    .replace(/"(n|x|y|value|iv|tag)":"[\w-]+"/g, '"$1":"…"')
    .replace(/\(Activity ID: [0-9a-f-]{36}\)/g, '(Activity ID: GUID)')

const vault = () => testRest({ profile: 'vault-premium' })
const managedHsm = () => testRest({ softDeleteRetentionDays: 7 })

describe('a vault', () => {
  it('creates an RSA key', async () => {
    const { text } = await vault().send('POST /keys/k1/create?api-version=7.5', {
      json: { kty: 'RSA', key_size: 2048, attributes: { enabled: true }, tags: { a: 'b' } },
    })
    expect(masked(text)).toBe(
      `{"key":{"kid":"${VAULT_URL}/keys/k1/VERSION","kty":"RSA","key_ops":["encrypt","decrypt","sign","verify","wrapKey","unwrapKey"],"n":"…","e":"AQAB"},"attributes":{"enabled":true,"created":${START},"updated":${START},"recoveryLevel":"Recoverable+Purgeable","recoverableDays":90,"exportable":false,"hsmPlatform":"0"},"tags":{"a":"b"}}`,
    )
  })

  it('deletes a key', async () => {
    const { send } = vault()
    await send('POST /keys/k1/create', { json: { kty: 'EC', tags: { z: '1', a: '2' } } })
    const { text } = await send('DELETE /keys/k1?api-version=7.4')
    expect(masked(text)).toBe(
      `{"recoveryId":"${VAULT_URL}/deletedkeys/k1","deletedDate":${START},"scheduledPurgeDate":${START + 90 * 86_400},"key":{"kid":"${VAULT_URL}/keys/k1/VERSION","kty":"EC","key_ops":["sign","verify"],"crv":"P-256","x":"…","y":"…"},"attributes":{"enabled":true,"created":${START},"updated":${START},"recoveryLevel":"Recoverable+Purgeable","recoverableDays":90,"exportable":false},"tags":{"z":"1","a":"2"}}`,
    )
  })

  it('signs and verifies', async () => {
    const { send } = vault()
    await send('POST /keys/ec/create', { json: { kty: 'EC' } })
    const digest = base64url(new Uint8Array(32))
    const signed = await send('POST /keys/ec/sign', { json: { alg: 'ES256', value: digest } })
    expect(masked(signed.text)).toBe(`{"kid":"${VAULT_URL}/keys/ec/VERSION","value":"…"}`)
    const json = { alg: 'ES256', digest, value: signed.json.value }
    expect((await send('POST /keys/ec/verify', { json })).text).toBe('{"value":true}')
  })

  it('sets a rotation policy', async () => {
    const { send } = vault()
    await send('POST /keys/k1/create', { json: { kty: 'EC' } })
    const { text } = await send('PUT /keys/k1/rotationpolicy', {
      json: {
        attributes: { expiryTime: 'P90D' },
        lifetimeActions: [{ action: { type: 'rotate' }, trigger: { timeAfterCreate: 'P30D' } }],
      },
    })
    expect(text).toBe(
      `{"id":"${VAULT_URL}/keys/k1/rotationpolicy","lifetimeActions":[{"trigger":{"timeAfterCreate":"P30D"},"action":{"type":"Rotate"}},{"trigger":{"timeBeforeExpiry":"P30D"},"action":{"type":"Notify"}}],"attributes":{"expiryTime":"P90D","created":${START},"updated":${START}}}`,
    )
  })

  it('says what is wrong with a digest', async () => {
    const { send } = vault()
    await send('POST /keys/ec/create', { json: { kty: 'EC' } })
    const json = { alg: 'ES256', value: base64url(new Uint8Array(44)) }
    const { status, text } = await send('POST /keys/ec/sign', { json })
    expect([status, text]).toEqual([
      400,
      `{"error":{"code":"BadParameter","message":"Invalid length of 'value': 44 bytes. ES256 requires 32 bytes, encoded with base64url."}}`,
    ])
  })

  it('has an inner error where there is one', async () => {
    const { send } = vault()
    expect((await send('POST /keys/a/create', { json: { kty: 'oct' } })).text).toBe(
      '{"error":{"code":"BadParameter","message":"Invalid kty value: oct","innererror":{"code":"KeyTypeNotSupported"}}}',
    )
  })
})

describe('a Managed HSM', () => {
  it('creates an oct key', async () => {
    const { text } = await managedHsm().send('POST /keys/aes/create?api-version=7.3', {
      json: { kty: 'oct', key_size: 256 },
    })
    expect(masked(text)).toBe(
      `{"attributes":{"created":${START},"enabled":true,"exportable":false,"recoverableDays":7,"recoveryLevel":"CustomizedRecoverable+Purgeable","updated":${START}},"key":{"key_ops":["deriveKey","wrapKey","verify","sign","unwrapKey","encrypt","decrypt"],"kid":"${BASE_URL}/keys/aes/VERSION","kty":"oct-HSM"}}`,
    )
  })

  it('encrypts and decrypts with GCM', async () => {
    const { send } = managedHsm()
    await send('POST /keys/aes/create', { json: { kty: 'oct' } })
    const { text, json } = await send('POST /keys/aes/encrypt', {
      json: { alg: 'A256GCM', value: 'cGxhaW4', aad: 'YWFk' },
    })
    const kid = `${BASE_URL}/keys/aes/VERSION`
    expect(masked(text)).toBe(
      `{"aad":"YWFk","alg":"A256GCM","iv":"…","kid":"${kid}","tag":"…","value":"…"}`,
    )
    const { value, iv, tag } = json
    expect([iv, tag, value].map((each) => Buffer.from(each, 'base64url').length)).toEqual([
      12, 16, 5,
    ])
    const decrypted = await send('POST /keys/aes/decrypt', {
      json: { alg: 'A256GCM', value, iv, tag, aad: 'YWFk' },
    })
    expect(decrypted.json.value).toBe('cGxhaW4')
    expect(masked(decrypted.text)).toBe(`{"alg":"A256GCM","kid":"${kid}","value":"…"}`)
  })

  it('returns no aad of CBC', async () => {
    const { send } = managedHsm()
    await send('POST /keys/aes/create', { json: { kty: 'oct' } })
    const json = { alg: 'A256CBC', value: 'cGxhaW4', aad: 'YWFk' }
    const encrypted = await send('POST /keys/aes/encrypt', { json })
    expect(Object.keys(encrypted.json)).toEqual(['alg', 'iv', 'kid', 'value'])
  })

  it('fills the last block of CBC with zeros', async () => {
    const { send } = managedHsm()
    await send('POST /keys/aes/create', { json: { kty: 'oct' } })
    const iv = base64url(new Uint8Array(16).fill(7))
    const asked = { alg: 'A256CBC', iv, value: base64url(new Uint8Array(200).fill(1)) }
    const { json } = await send('POST /keys/aes/encrypt', { json: asked })
    expect(json.iv).toBe(iv)
    const { value } = (
      await send('POST /keys/aes/decrypt', { json: { ...asked, value: json.value } })
    ).json
    expect([...Buffer.from(value, 'base64url')].slice(198)).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
  })

  it('names the key and the algorithm of a verification', async () => {
    const { send } = managedHsm()
    await send('POST /keys/EC/create', { json: { kty: 'EC' } })
    const json = {
      alg: 'ES256',
      digest: base64url(new Uint8Array(32)),
      value: base64url(new Uint8Array(64)),
    }
    const { text } = await send('POST /keys/ec//verify', { json })
    expect(masked(text)).toBe(`{"alg":"ES256","kid":"${BASE_URL}/keys/EC/VERSION","value":false}`)
  })

  it('ends its messages with the identifier of the activity', async () => {
    const { status, text, json, headers } = await managedHsm().send('GET /keys/nobody')
    expect([status, masked(text)]).toEqual([
      404,
      `{"error":{"code":"KeyNotFound","message":"Key not found: ${BASE_URL}/keys/nobody (Activity ID: GUID)"}}`,
    ])
    expect(json.error.message).toContain(String(headers.get('x-ms-request-id')))
  })

  it('gives the attestation of a key in base64url', async () => {
    const { send } = managedHsm()
    await send('POST /keys/a/create', { json: { kty: 'EC' } })
    const { json } = await send('GET /keys/a/attestation')
    const { attestation } = json.attributes
    expect(Object.keys(attestation)).toEqual([
      'certificatePemFile',
      'privateKeyAttestation',
      'publicKeyAttestation',
      'version',
    ])
    expect(Buffer.from(attestation.certificatePemFile, 'base64url').toString()).toContain(
      '-----BEGIN CERTIFICATE-----',
    )
  })
})

describe('both services', () => {
  it('purge with 204 and no body', async () => {
    for (const { send } of [vault(), managedHsm()]) {
      await send('POST /keys/a/create', { json: { kty: 'EC' } })
      await send('DELETE /keys/a')
      const { status, text } = await send('DELETE /deletedkeys/a')
      expect([status, text]).toEqual([204, ''])
    }
  })

  it('take Hsm with a symmetric key that is called AES', async () => {
    const { send } = managedHsm()
    const json = { key: { kty: 'AES', k: base64url(new Uint8Array(32)) }, Hsm: true }
    expect((await send('PUT /keys/a', { json })).json.key.kty).toBe('oct-HSM')
  })

  it('leave out private members', async () => {
    const { send } = managedHsm()
    const k = base64url(new Uint8Array(32).fill(9))
    const { text } = await send('PUT /keys/a', { json: { key: { kty: 'oct', k } } })
    expect(text).not.toContain(k)
  })

  it('make an HSM type of what is imported with Hsm', async () => {
    // By way of PEM: a pair that Node has just made can hang while it is exported as a JWK.
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    })
    const key = createPrivateKey(privateKey).export({ format: 'jwk' })
    const { send } = vault()
    expect((await send('PUT /keys/a', { json: { key, Hsm: true } })).json.key.kty).toBe('EC-HSM')
    expect((await send('PUT /keys/b', { json: { key, hsm: true } })).json.key.kty).toBe('EC-HSM')
    expect((await send('PUT /keys/c', { json: { key, Hsm: false } })).json.key.kty).toBe('EC')
    const standard = testRest({ profile: 'vault-standard' })
    const refused = await standard.send('PUT /keys/a', { json: { key, Hsm: true } })
    expect([refused.status, refused.json]).toEqual([
      403,
      vaultError('Forbidden', 'Hardware key operation not allowed on standard vault'),
    ])
  })
})
