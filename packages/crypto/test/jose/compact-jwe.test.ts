import { createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  decryptJwe,
  encryptJwe,
  exportJwk,
  fromBase64url,
  generateKey,
  type JweRecipient,
  parseJwe,
  type RsaKey,
  toBase64url,
  utf8ToBytes,
} from '../../src/index.ts'
import { flipped } from '../flip.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { runs } from '../runs.ts'
import { nodePrivateKey, rsaTestKey, testRandom } from '../test-keys.ts'

const random = testRandom('compact JWE')
const shared = Uint8Array.from({ length: 64 }, (_, i) => i)
const rsa = rsaTestKey()
const publicKey = createPublicKey(nodePrivateKey(rsa))
const RECIPIENTS: readonly (readonly [string, JweRecipient])[] = [
  ['dir', shared],
  ['RSA-OAEP-256', rsa],
]
const plaintext = utf8ToBytes('pocket')
const sealed = (recipient: JweRecipient) => encryptJwe(recipient, { kid: 'a' }, plaintext, random)
const opened = (recipient: JweRecipient, jwe: string) => decryptJwe(recipient, parseJwe(jwe))

/** The JWE of a security domain's item, opened by the Azure CLI. */
const KNOWN =
  'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoiaHNtX2JhY2t1cCJ9..paWlpaWlpaWlpaWlpaWlpQ.zAiNgpwuwI75tJpWJet6ew.eLTFFuL7nevyTtEjrQfZiCURuuuCplHrm7_uRxvXHEs'

describe('the JWE of a security domain', () => {
  it('is written byte for byte', () => {
    const iv = () => new Uint8Array(16).fill(0xa5)
    expect(encryptJwe(shared, { kid: 'hsm_backup' }, plaintext, iv)).toBe(KNOWN)
  })

  it('is read', () => {
    expect(opened(shared, KNOWN)).toEqual(plaintext)
    expect(parseJwe(KNOWN).header).toEqual({ alg: 'dir', enc: 'A256CBC-HS512', kid: 'hsm_backup' })
  })
})

describe.each(RECIPIENTS)('%s', (alg, recipient) => {
  const [keyOfJose, publicKeyOfJose] =
    alg === 'dir' ? [shared, shared] : [nodePrivateKey(rsa), publicKey]

  it('is opened by jose', async () => {
    const jwe = encryptJwe(recipient, { kid: 'not used' }, plaintext, random)
    const { plaintext: found, protectedHeader } = await compactDecrypt(jwe, keyOfJose)
    expect(new Uint8Array(found)).toEqual(plaintext)
    expect(protectedHeader).toEqual({ alg, enc: 'A256CBC-HS512', kid: 'not used' })
  })

  it('opens what jose encrypts', async () => {
    const jwe = await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg, enc: 'A256CBC-HS512' })
      .encrypt(publicKeyOfJose)
    expect(opened(recipient, jwe)).toEqual(plaintext)
  })

  it('holds any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(opened(recipient, encryptJwe(recipient, {}, bytes, random))).toEqual(bytes)
      }),
      runs(10),
    )
  })

  it('fails for any bit that is changed after the header', () => {
    const parts = sealed(recipient).split('.')
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.nat(), (part, bit) => {
        const bytes = fromBase64url(parts[part] as string)
        if (bytes.length === 0) return
        const jwe = parts.with(part, toBase64url(flipped(bytes, bit))).join('.')
        expect(codeOf(() => opened(recipient, jwe))).toBe('OPERATION_FAILED')
      }),
      runs(30),
    )
  })

  it('authenticates its header', () => {
    const [, ...rest] = sealed(recipient).split('.')
    const header = toBase64url(utf8ToBytes(JSON.stringify({ alg, enc: 'A256CBC-HS512', kid: 'b' })))
    expect(codeOf(() => opened(recipient, [header, ...rest].join('.')))).toBe('OPERATION_FAILED')
  })

  it('fails for another key', () => {
    const other =
      alg === 'dir'
        ? new Uint8Array(64)
        : (generateKey({ kty: 'RSA', bits: 2048 }, random) as RsaKey)
    expect(codeOf(() => opened(other, sealed(recipient)))).toBe('OPERATION_FAILED')
  })

  it('is refused by the other kind of key, which says what it takes', () => {
    const other = alg === 'dir' ? rsa : shared
    const needed = alg === 'dir' ? 'RSA-OAEP-256' : 'dir'
    expect(refusalOf(() => opened(other, sealed(recipient)))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: `The JWE must have alg ${needed} and enc A256CBC-HS512.`,
    })
  })

  it('is the same for the same randomness, and another for other', () => {
    const [a, b] = [1, 2].map(() => encryptJwe(recipient, {}, plaintext, testRandom('same')))
    expect(a).toBe(b)
    expect(sealed(recipient)).not.toBe(sealed(recipient))
  })
})

describe('a JWE that is damaged', () => {
  const [header, , iv, ciphertext, tag] = KNOWN.split('.') as [
    string,
    string,
    string,
    string,
    string,
  ]
  const withHeader = (json: string) =>
    [toBase64url(utf8ToBytes(json)), '', iv, ciphertext, tag].join('.')
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

  it.each([
    ['no text', '', 'it does not have five parts'],
    ['four parts', KNOWN.split('.').slice(1).join('.'), 'it does not have five parts'],
    ['six parts', `${KNOWN}.`, 'it does not have five parts'],
    ['padding', `${KNOWN}=`, 'a part of it is not base64url'],
    ['an unused bit', KNOWN.replace(/s$/, 't'), 'a part of it is not base64url'],
    ['white space', KNOWN.replace('..', '. .'), 'a part of it is not base64url'],
    ['the other alphabet', KNOWN.replace('_', '/'), 'a part of it is not base64url'],
    ['a header that is no JSON', withHeader('{'), 'its header is not a JSON object'],
    ['a header of a list', withHeader('[]'), 'its header is not a JSON object'],
    ['a header of null', withHeader('null'), 'its header is not a JSON object'],
    ['a header that nests deep', withHeader(deep), 'its header is not a JSON object'],
    [
      'critical extensions',
      withHeader('{"alg":"dir","enc":"A256CBC-HS512","crit":["b64"]}'),
      'its header has critical extensions',
    ],
  ])('is refused for %s', (_, jwe, problem) => {
    expect(refusalOf(() => parseJwe(jwe))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: `The JWE cannot be read: ${problem}.`,
    })
  })

  it('fails for an encrypted key where none belongs', () => {
    const jwe = [header, 'AAAA', iv, ciphertext, tag].join('.')
    expect(codeOf(() => opened(shared, jwe))).toBe('OPERATION_FAILED')
  })

  it('fails for a content key of another length', async () => {
    const jwe = await new CompactEncrypt(plaintext)
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A128CBC-HS256' })
      .encrypt(publicKey)
    const [, ...rest] = jwe.split('.')
    const claimed = toBase64url(utf8ToBytes('{"alg":"RSA-OAEP-256","enc":"A256CBC-HS512"}'))
    expect(codeOf(() => opened(rsa, [claimed, ...rest].join('.')))).toBe('OPERATION_FAILED')
  })
})

describe('an argument of a wrong type', () => {
  it.each([0, 32, 63, 65])('a shared key of %i bytes', (length) => {
    const key = new Uint8Array(length)
    expect(codeOf(() => encryptJwe(key, {}, plaintext, random))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => opened(key, KNOWN))).toBe('INVALID_ARGUMENT')
  })

  it.each([undefined, null, 'key', 7])('the recipient %s', (recipient) => {
    const call = () => encryptJwe(recipient as never, {}, plaintext, random)
    expect(refusalOf(call).message).toMatch(/^The recipient must be an object, not /)
  })

  it('a symmetric key, which is no RSA key', () => {
    const key = exportJwk(rsa)
    expect(codeOf(() => encryptJwe({ ...key, kty: 'oct' } as never, {}, plaintext, random))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('a JWE that is no text', () => {
    expect(codeOf(() => parseJwe(undefined as never))).toBe('INVALID_ARGUMENT')
  })
})
