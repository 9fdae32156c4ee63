import { sign } from 'node:crypto'
import { inspect } from 'node:util'
import {
  createHmacDrbg,
  type EcKey,
  importJwk,
  issueCertificate,
  jwkThumbprint,
  toBase64,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import { createEnclaveKey, createKey, importKey, releaseKey } from '../../src/index.ts'
import { ecJwk, nodeKey, octJwk } from '../known-keys.ts'
import { errorOf } from '../refusal.ts'
import { EXPORTABLE, enclave, releasingHsm, target } from '../releases.ts'

const released = (() => {
  const hsm = releasingHsm()
  importKey(hsm, 'k', octJwk(), EXPORTABLE)
  return releaseKey(hsm, 'k', { target: target() }).value
})()

const partOf = (jws: string, index: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(jws.split('.')[index] ?? '', 'base64url').toString())

const json64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Whoever has a key can make a certificate for it. */
const forger = importJwk(ecJwk()) as EcKey
const FORGED_CHAIN = [
  toBase64(
    issueCertificate(
      {
        serialNumber: Uint8Array.of(1),
        subject: 'forger',
        publicKey: forger,
        notBefore: '20200101000000Z',
        notAfter: '20491231235959Z',
      },
      { name: 'forger', key: forger },
      createHmacDrbg(utf8ToBytes('forger')),
    ),
  ),
]

/** A release that says anything, under a signature that verifies. */
function forged(payload: object, header: object = {}): string {
  const input = `${json64({ alg: 'ES256', x5c: FORGED_CHAIN, ...header })}.${json64(payload)}`
  const key = nodeKey(ecJwk())
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

const payloadOf = (key: object) => ({ response: { key: { key } } })

describe('an enclave key', () => {
  it('shows its public half, named by its thumbprint', () => {
    const { kid, ...jwk } = enclave.publicJwk
    expect(Object.keys(jwk).sort()).toEqual(['e', 'kty', 'n'])
    expect(kid).toBe(Buffer.from(jwkThumbprint(jwk)).toString('base64url'))
    expect(Buffer.from(jwk.n ?? '', 'base64url')).toHaveLength(256)
  })

  it('opens what was released to it, with the identifier of the key', () => {
    const { kid, ...jwk } = enclave.openRelease(released)
    expect(jwk).toEqual(octJwk())
    expect(kid).toMatch(/^https:\/\/pocket\.test\/keys\/k\/[0-9a-f]{32}$/)
  })

  it('is the same from the same randomness', () => {
    const made = () => createEnclaveKey(createHmacDrbg(utf8ToBytes('test enclave 23')))
    expect(made().publicJwk).toEqual(enclave.publicJwk)
    expect(createEnclaveKey().publicJwk).not.toEqual(enclave.publicJwk)
  })

  it('prints nothing of its private half', () => {
    expect(Object.keys(enclave).sort()).toEqual(['openRelease', 'openUnwrappedKey', 'publicJwk'])
    const shown = inspect(enclave, { depth: 10, showHidden: true })
    expect(shown).not.toContain('privateKey')
    expect(shown).not.toMatch(/\b(?:dp|dq|qi):/)
  })
})

describe('an enclave does not open', () => {
  const problemOf = (value: unknown): string => {
    const { status, code, message } = errorOf(() => enclave.openRelease(value as string))
    expect([status, code]).toEqual([400, 'BadParameter'])
    expect(message).toMatch(/^The release cannot be opened: /)
    return message.slice('The release cannot be opened: '.length)
  }

  it.each([undefined, '', 'a.b.c', target(), {}])('%s, which is no release', (value) => {
    expect(problemOf(value)).toBe('it is no JWS with x5c')
  })

  it('a release to another enclave', () => {
    const hsm = releasingHsm()
    createKey(hsm, 'k', { kty: 'oct-HSM', ...EXPORTABLE })
    const other = createEnclaveKey()
    const token = target({ enclaveKey: other.publicJwk })
    const { value } = releaseKey(hsm, 'k', { target: token })
    expect(other.openRelease(value).kty).toBe('oct')
    expect(problemOf(value)).not.toBe('')
  })

  it('a release that was changed', () => {
    const [header, , signature] = released.split('.')
    const payload = JSON.stringify(partOf(released, 1)).replace('pocket.test', 'forged.test')
    const changed = [header, Buffer.from(payload).toString('base64url'), signature].join('.')
    expect(problemOf(changed)).toBe('its certificate does not verify it')
  })

  it('a release under certificates in another order', () => {
    const { x5c, ...header } = partOf(released, 0) as { x5c: string[] }
    const [, payload, signature] = released.split('.')
    const turned = json64({ ...header, x5c: x5c.toReversed() })
    expect(problemOf([turned, payload, signature].join('.'))).toBe(
      'its certificate does not verify it',
    )
  })

  it.each([
    ['whose x5c is text', {}, { x5c: 'AAAA' }, 'it is no JWS with x5c'],
    ['whose x5c is empty', {}, { x5c: [] }, 'it is no JWS with x5c'],
    [
      'whose x5c holds no certificate',
      {},
      { x5c: ['AAAA'] },
      'The DER is damaged: Certificate has bytes after its end.',
    ],
    ['without response', {}, {}, 'response.key.key.key_hsm is missing'],
    ['whose response is null', { response: null }, {}, 'response.key.key.key_hsm is missing'],
    [
      'without key_hsm',
      payloadOf({ kid: 'k', kty: 'oct' }),
      {},
      'response.key.key.key_hsm is missing',
    ],
    ['whose key_hsm is no JSON', payloadOf({ key_hsm: 'AAAA' }), {}, undefined],
    ['whose key_hsm is null', payloadOf({ key_hsm: 'bnVsbA' }), {}, 'header.enc is missing'],
    [
      'whose algorithm nobody knows',
      payloadOf({ key_hsm: json64({ header: { enc: 'RSA1_5' } }) }),
      {},
      'its algorithm is not known',
    ],
    [
      'without ciphertext',
      payloadOf({ key_hsm: json64({ header: { enc: 'CKM_RSA_AES_KEY_WRAP' } }) }),
      {},
      'ciphertext is missing',
    ],
    [
      'whose ciphertext is empty',
      payloadOf({ key_hsm: json64({ header: { enc: 'CKM_RSA_AES_KEY_WRAP' }, ciphertext: '' }) }),
      {},
      undefined,
    ],
  ])('a release %s, though its signature verifies', (_, payload, header, problem) => {
    const found = problemOf(forged(payload, header))
    if (problem !== undefined) expect(found).toBe(problem)
  })
})
