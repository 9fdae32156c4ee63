/** Arguments of a wrong type, as a caller in JavaScript may pass them: each throws a CryptoError that names it. */

import { describe, expect, it } from 'vitest'
import * as crypto from '../../src/index.ts'
import { refusalOf } from '../refusal.ts'
import { ecTestKey, octTestKey, rsaTestKey, testRandom } from '../test-keys.ts'

const { AES_ALGORITHMS, EC_ALGORITHMS, RSA_AES_KEY_WRAP_ALGORITHMS, RSA_ALGORITHMS } = crypto
const [rsa, ec, oct] = [rsaTestKey(1024), ecTestKey('P-256'), octTestKey(128)]
const [bytes, random] = [new Uint8Array(16), testRandom('wrong arguments')]
const hashed = new Uint8Array(32)
const numbers = crypto.Secret.reveal(rsa.privateKey)
const { A128CBC, A128GCM, A128KW } = AES_ALGORITHMS
const { CKM_RSA_AES_KEY_WRAP } = RSA_AES_KEY_WRAP_ALGORITHMS
const oaep = { hash: 'SHA-1' } as const
const pss = { hash: 'SHA-256' } as const
const iv = new Uint8Array(12)

/** A call that succeeds, and the names of its arguments in error messages. */
interface Call {
  readonly name: string
  readonly call: (...values: never[]) => unknown
  readonly values: readonly unknown[]
  readonly subjects: readonly string[]
}

const call = <Values extends readonly unknown[]>(
  name: string,
  run: (...values: [...Values]) => unknown,
  values: Values,
  subjects: { readonly [Index in keyof Values]: string },
): Call => ({ name, call: run, values, subjects })

const sealed = crypto.encrypt(oct, A128GCM, bytes, {}, random)
const gcm = { iv: sealed.iv ?? iv, tag: sealed.tag ?? bytes }
const kwWrapped = crypto.wrapKey(oct, A128KW, bytes, random)
const ckmWrapped = crypto.wrapRsaAes(rsa, CKM_RSA_AES_KEY_WRAP, bytes, 128, random)
const oaepCiphertext = crypto.rsaOaepEncrypt(rsa, oaep, bytes, random)
const pkcs1Ciphertext = crypto.rsaPkcs1Encrypt(rsa, bytes, random)
const signature = crypto.sign(ec, EC_ALGORITHMS.ES256, hashed, random)
const der = crypto.ecdsaToDer('P-256', signature)
const spec: crypto.KeySpec = { kty: 'EC', crv: 'P-256' }

const CALLS: readonly Call[] = [
  call(
    'encrypt',
    crypto.encrypt,
    [oct, A128GCM, bytes, {}, random],
    ['key', 'algorithm', 'plaintext', 'parameters', 'random source'],
  ),
  call(
    'decrypt',
    crypto.decrypt,
    [oct, A128GCM, sealed.ciphertext, gcm],
    ['key', 'algorithm', 'ciphertext', 'parameters'],
  ),
  call(
    'sign',
    crypto.sign,
    [ec, EC_ALGORITHMS.ES256, hashed, random],
    ['key', 'algorithm', 'digest', 'random source'],
  ),
  call(
    'verify',
    crypto.verify,
    [ec, EC_ALGORITHMS.ES256, hashed, signature],
    ['key', 'algorithm', 'digest', 'signature'],
  ),
  call(
    'wrapKey',
    crypto.wrapKey,
    [oct, A128KW, bytes, random],
    ['key', 'algorithm', 'key data', 'random source'],
  ),
  call(
    'unwrapKey',
    crypto.unwrapKey,
    [oct, A128KW, kwWrapped],
    ['key', 'algorithm', 'wrapped key'],
  ),
  call(
    'wrapRsaAes',
    crypto.wrapRsaAes,
    [rsa, CKM_RSA_AES_KEY_WRAP, bytes, 128, random],
    ['key', 'algorithm', 'target', 'AES key', 'random source'],
  ),
  call(
    'unwrapRsaAes',
    crypto.unwrapRsaAes,
    [rsa, CKM_RSA_AES_KEY_WRAP, ckmWrapped],
    ['key', 'algorithm', 'wrapped key'],
  ),
  call('generateKey', crypto.generateKey, [spec, random], ['spec', 'random source']),
  call('exportJwk', crypto.exportJwk, [ec], ['key']),
  call('toPublicJwk', crypto.toPublicJwk, [ec], ['key']),
  call('makeOctKey', crypto.makeOctKey, [bytes], ['key']),
  call('makeRsaKey', crypto.makeRsaKey, [numbers], ['numbers']),
  call('makeRsaPublicKey', crypto.makeRsaPublicKey, [numbers.n, numbers.e], ['n', 'e']),
  call('createHmacDrbg', crypto.createHmacDrbg, [bytes, bytes], ['entropy', 'personalization']),
  call(
    'instantiateHmacDrbg',
    crypto.instantiateHmacDrbg,
    [bytes, bytes],
    ['entropy', 'personalization'],
  ),
  call('resumeHmacDrbg', crypto.resumeHmacDrbg, [new Uint8Array(64)], ['state']),
  call(
    'rsaOaepEncrypt',
    crypto.rsaOaepEncrypt,
    [rsa, oaep, bytes, random],
    ['key', 'parameters', 'plaintext', 'random source'],
  ),
  call(
    'rsaOaepDecrypt',
    crypto.rsaOaepDecrypt,
    [rsa, oaep, oaepCiphertext],
    ['key', 'parameters', 'ciphertext'],
  ),
  call(
    'rsaPkcs1Encrypt',
    crypto.rsaPkcs1Encrypt,
    [rsa, bytes, random],
    ['key', 'plaintext', 'random source'],
  ),
  call('rsaPkcs1Decrypt', crypto.rsaPkcs1Decrypt, [rsa, pkcs1Ciphertext], ['key', 'ciphertext']),
  call('rsaPkcs1Sign', crypto.rsaPkcs1Sign, [rsa, 'SHA-256', hashed], ['key', 'hash', 'digest']),
  call(
    'rsaPkcs1Verify',
    crypto.rsaPkcs1Verify,
    [rsa, 'SHA-256', hashed, bytes],
    ['key', 'hash', 'digest', 'signature'],
  ),
  call(
    'rsaPssSign',
    crypto.rsaPssSign,
    [rsa, pss, hashed, random],
    ['key', 'parameters', 'digest', 'random source'],
  ),
  call(
    'rsaPssVerify',
    crypto.rsaPssVerify,
    [rsa, pss, hashed, bytes],
    ['key', 'parameters', 'digest', 'signature'],
  ),
  call('ecdsaToDer', crypto.ecdsaToDer, ['P-256', signature], ['curve', 'signature']),
  call('ecdsaFromDer', crypto.ecdsaFromDer, ['P-256', der], ['curve', 'signature']),
]

const WRONG: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a number', 5],
  ['a boolean', true],
  ['text', 'secret text'],
  ['an array', [1, 2, 3]],
  ['an empty object', {}],
  ['a symbol', Symbol('secret text')],
  ['an array buffer', new ArrayBuffer(16)],
]

/** Any object without members is a valid set of parameters. */
const isAllowed = (subject: string, value: unknown) =>
  subject === 'parameters' && Object.keys(Object(value)).length === 0 && typeof value === 'object'

describe.each(CALLS)('$name', ({ call: run, values, subjects }) => {
  const invoke = (given: readonly unknown[]) => (run as (...all: unknown[]) => unknown)(...given)

  it('succeeds with the right arguments', () => {
    expect(() => invoke(values)).not.toThrow()
  })

  const cases = subjects.flatMap((subject, index) =>
    WRONG.filter(([, value]) => value === null || !isAllowed(subject, value)).map(
      ([title, value]) => [subject, title, index, value] as const,
    ),
  )

  it.each(cases)('rejects a %s that is %s', (_, __, index, value) => {
    const { code, message } = refusalOf(() => invoke(values.with(index, value)))
    expect(code).toBe('INVALID_ARGUMENT')
    expect(message).not.toContain('secret text')
  })

  it.each(subjects.map((subject, index) => [subject, index] as const))(
    'names the %s in the error',
    (subject, index) => {
      const { message } = refusalOf(() => invoke(values.with(index, null)))
      expect(message.toLowerCase()).toContain(subject.toLowerCase())
    },
  )
})

describe('a parameter', () => {
  const wrong = 'text' as unknown as Uint8Array

  it.each(['iv', 'aad', 'tag'] as const)('%s of decrypt must be bytes', (name) => {
    const parameters = { ...gcm, [name]: wrong }
    expect(
      refusalOf(() => crypto.decrypt(oct, A128GCM, sealed.ciphertext, parameters)).message,
    ).toBe(`The ${name} must be a Uint8Array, not a string.`)
  })

  it.each([
    ['iv', A128CBC],
    ['aad', A128GCM],
  ] as const)('%s of encrypt must be bytes', (name, row) => {
    expect(
      refusalOf(() => crypto.encrypt(oct, row, bytes, { [name]: wrong }, random)).message,
    ).toBe(`The ${name} must be a Uint8Array, not a string.`)
  })

  it.each(['MD5', 'constructor', '', null, 5] as unknown as crypto.HashName[])(
    'hash and mgfHash cannot be %j',
    (hash) => {
      const calls = [
        () => crypto.rsaOaepEncrypt(rsa, { hash }, bytes, random),
        () => crypto.rsaOaepDecrypt(rsa, { hash }, oaepCiphertext),
        () => crypto.rsaPssSign(rsa, { hash }, hashed, random),
        () => crypto.rsaPssVerify(rsa, { hash }, hashed, bytes),
        () => crypto.rsaOaepEncrypt(rsa, { ...oaep, mgfHash: hash }, bytes, random),
        () => crypto.rsaPssVerify(rsa, { ...pss, mgfHash: hash }, hashed, bytes),
        () => crypto.rsaPkcs1Sign(rsa, hash, hashed),
        () => crypto.jwkThumbprint({ kty: 'oct', k: 'AA' }, hash),
      ]
      for (const run of calls) {
        const { code, message } = refusalOf(run)
        expect(code).toBe('INVALID_ARGUMENT')
        expect(message).toMatch(
          /^(hash|mgfHash) must be one of SHA-1, SHA-224, SHA-256, SHA-384, SHA-512/,
        )
      }
    },
  )

  it('label of OAEP must be bytes', () => {
    expect(
      refusalOf(() => crypto.rsaOaepEncrypt(rsa, { ...oaep, label: wrong }, bytes, random)).message,
    ).toBe('The label must be a Uint8Array, not a string.')
  })
})

describe('a key', () => {
  const { privateKey: _, ...publicRsa } = rsa

  it.each([
    ['an RSA key without its public part', { kty: 'RSA', bits: 1024 }],
    ['an RSA key with numbers instead of bytes', { ...publicRsa, publicKey: { n: 5n, e: 3n } }],
    ['an RSA key without its size', { ...publicRsa, bits: undefined }],
    ['an RSA key with an exposed private part', { ...publicRsa, privateKey: numbers }],
    ['an elliptic-curve key without its point', { kty: 'EC', crv: 'P-256' }],
    ['an elliptic-curve key without its curve', { ...ec, crv: undefined }],
    ['a symmetric key with exposed bytes', { kty: 'oct', bits: 128, secretKey: bytes }],
    ['of another type', { kty: 'OKP' }],
    ['of an inherited type', { kty: 'constructor' }],
  ])('cannot be %s', (__, key) => {
    expect(refusalOf(() => crypto.exportJwk(key as unknown as crypto.KeyMaterial))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('must be a key from generateKey or an import function'),
    })
  })

  it('of another type is rejected by the RSA functions', () => {
    expect(
      refusalOf(() => crypto.rsaPkcs1Encrypt(ec as unknown as crypto.RsaKey, bytes, random)),
    ).toEqual({
      code: 'INVALID_ARGUMENT',
      message: 'The key must be an RSA key, not one of type EC.',
    })
  })

  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'n', 'e'] as const)(
    'cannot be made from numbers without %s',
    (member) => {
      const parts = { ...numbers, [member]: undefined } as unknown as crypto.RsaPrivateNumbers
      expect(refusalOf(() => crypto.makeRsaKey(parts))).toEqual({
        code: 'INVALID_ARGUMENT',
        message: `The number ${member} must be a bigint, not undefined.`,
      })
    },
  )

  it.each([0n, -1n])('cannot be made from the modulus %s', (n) => {
    expect(refusalOf(() => crypto.makeRsaPublicKey(n, 3n)).message).toBe(
      'The number n must be 1 or more, not 0 or negative.',
    )
  })
})

describe('an algorithm row', () => {
  it('that is empty is rejected', () => {
    const row = {} as unknown as crypto.Algorithm
    expect(refusalOf(() => crypto.sign(rsa, row, hashed, random)).code).toBe('INVALID_ARGUMENT')
  })

  it('without operations is rejected', () => {
    const { operations: _, ...row } = RSA_ALGORITHMS.RS256
    expect(refusalOf(() => crypto.sign(rsa, row as crypto.Algorithm, hashed, random))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: 'RS256 does not support sign.',
    })
  })
})

describe('a JWK', () => {
  it.each([null, undefined, 'text', 5])('that is %j has no thumbprint', (jwk) => {
    expect(refusalOf(() => crypto.jwkThumbprint(jwk as unknown as crypto.JsonWebKey))).toEqual({
      code: 'INVALID_KEY',
      message: 'The JWK is not an object.',
    })
  })
})
