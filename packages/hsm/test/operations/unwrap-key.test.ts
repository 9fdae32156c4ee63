import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { importKey, rotateKey, unwrapKey, wrapKey } from '../../src/index.ts'
import { nodeKey, octBytes, octJwk, rsaJwk } from '../known-keys.ts'
import { INCORRECT, OAEP_FAILURE, refusalOf, worded } from '../refusal.ts'
import { testHsm } from '../test-hsm.ts'
import { itGuards } from '../uses.ts'

const CEK = Buffer.from('0123456789abcdef0123456789abcdef')

const SIZES = [128, 192, 256] as const

const UNIFORM = worded(INCORRECT, 'managed-hsm')
const OAEP = worded(OAEP_FAILURE, 'managed-hsm')

/** A key that node:crypto wrapped with RSA. */
function rsaWrapped(alg: string): Buffer {
  const key = createPublicKey(nodeKey(rsaJwk()))
  if (alg === 'RSA1_5') return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, CEK)
  const oaepHash = alg === 'RSA-OAEP' ? 'sha1' : 'sha256'
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, CEK)
}

/** A key that node:crypto wrapped with AES: RFC 3394 or RFC 5649. */
function aesWrapped(bits: number, mode: 'wrap' | 'wrap-pad', key: Buffer): Buffer {
  const aiv = mode === 'wrap' ? Buffer.alloc(8, 0xa6) : Buffer.from('a65959a6', 'hex')
  const cipher = createCipheriv(`id-aes${bits}-${mode}`, octBytes(bits as 256), aiv)
  return Buffer.concat([cipher.update(key), cipher.final()])
}

const withKek = (bits: (typeof SIZES)[number] = 256) => {
  const { hsm } = testHsm()
  importKey(hsm, 'kek', octJwk(bits))
  return hsm
}

describe('unwrapKey', () => {
  const value = rsaWrapped('RSA-OAEP-256')
  itGuards({
    use: 'unwrapKey',
    alg: 'RSA-OAEP-256',
    ask: (hsm, key, parameters) =>
      unwrapKey(hsm, key, { alg: 'RSA-OAEP-256', value, ...parameters }),
    bytes: ['value'],
  })
})

describe('unwrapKey opens what node:crypto wrapped', () => {
  it.each(['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256'])('with %s', (alg) => {
    const { hsm } = testHsm()
    const { key } = importKey(hsm, 'kek', rsaJwk())
    const value = Uint8Array.from(CEK)
    expect(unwrapKey(hsm, 'kek', { alg, value: rsaWrapped(alg) })).toEqual({
      kid: key.kid,
      alg,
      value,
    })
  })

  it.each(
    SIZES.flatMap((bits) => [`A${bits}KW`, 'CKM_AES_KEY_WRAP'].map((alg) => [alg, bits] as const)),
  )('with %s and %i bits', (alg, bits) => {
    const hsm = withKek(bits)
    for (const length of [16, 24, 32, 256]) {
      const key = randomBytes(length)
      const opened = unwrapKey(hsm, 'kek', { alg, value: aesWrapped(bits, 'wrap', key) })
      expect(key.equals(opened.value)).toBe(true)
    }
  })

  it.each(SIZES)('with CKM_AES_KEY_WRAP_PAD and %i bits, whatever its length', (bits) => {
    const hsm = withKek(bits)
    for (const length of [1, 7, 8, 9, 16, 20, 32, 1217]) {
      const key = randomBytes(length)
      const value = aesWrapped(bits, 'wrap-pad', key)
      const opened = unwrapKey(hsm, 'kek', { alg: 'CKM_AES_KEY_WRAP_PAD', value })
      expect(key.equals(opened.value)).toBe(true)
    }
  })
})

describe('unwrapKey has one answer for whatever is wrong', () => {
  it.each(['RSA-OAEP', 'RSA-OAEP-256'])('with %s', (alg) => {
    const { hsm } = testHsm()
    importKey(hsm, 'kek', rsaJwk())
    const right = rsaWrapped(alg)
    const wrong = [
      Buffer.alloc(0),
      right.subarray(1),
      Buffer.concat([right, Buffer.alloc(1)]),
      Buffer.alloc(256),
      Buffer.alloc(256, 0xff),
      Buffer.from(rsaJwk().n ?? '', 'base64url'),
      Buffer.from(right.with(100, (right[100] ?? 0) ^ 1)),
      rsaWrapped(alg === 'RSA-OAEP' ? 'RSA-OAEP-256' : 'RSA-OAEP'),
    ]
    const byTheVersionBefore = wrapKey(hsm, 'kek', { alg, value: CEK }).value
    for (const value of wrong) {
      expect(refusalOf(() => unwrapKey(hsm, 'kek', { alg, value }))).toEqual(OAEP)
    }
    rotateKey(hsm, 'kek')
    const ask = () => unwrapKey(hsm, 'kek', { alg, value: byTheVersionBefore })
    expect(refusalOf(ask)).toEqual(OAEP)
  })

  it('with RSA1_5', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'kek', rsaJwk())
    for (const length of [0, 1, 255, 256, 257]) {
      const question = { alg: 'RSA1_5', value: new Uint8Array(length) }
      expect(refusalOf(() => unwrapKey(hsm, 'kek', question))).toEqual(UNIFORM)
    }
  })

  it.each([
    ['A256KW', 'wrap'],
    ['CKM_AES_KEY_WRAP', 'wrap'],
    ['CKM_AES_KEY_WRAP_PAD', 'wrap-pad'],
  ] as const)('with %s: any bit turned over', (alg, mode) => {
    const hsm = withKek()
    const right = aesWrapped(256, mode, CEK)
    for (const bit of Array.from({ length: 8 * right.length }).keys()) {
      const value = Buffer.from(right)
      value[bit >> 3] = (value[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(refusalOf(() => unwrapKey(hsm, 'kek', { alg, value }))).toEqual(UNIFORM)
    }
  })

  it.each(['A256KW', 'CKM_AES_KEY_WRAP', 'CKM_AES_KEY_WRAP_PAD'])('with %s: any length', (alg) => {
    const hsm = withKek()
    for (let length = 0; length <= 64; length++) {
      const value = randomBytes(length)
      expect(refusalOf(() => unwrapKey(hsm, 'kek', { alg, value }))).toEqual(UNIFORM)
    }
  })

  it('with the padding where there is none, and without it where there is', () => {
    const hsm = withKek()
    const [plain, padded] = [aesWrapped(256, 'wrap', CEK), aesWrapped(256, 'wrap-pad', CEK)]
    const ask = (alg: string, value: Buffer) => () => unwrapKey(hsm, 'kek', { alg, value })
    expect(refusalOf(ask('CKM_AES_KEY_WRAP_PAD', plain))).toEqual(UNIFORM)
    expect(refusalOf(ask('A256KW', padded))).toEqual(UNIFORM)
  })

  it('with another KEK', () => {
    const hsm = withKek()
    const { value } = wrapKey(hsm, 'kek', { alg: 'A256KW', value: CEK })
    rotateKey(hsm, 'kek')
    expect(refusalOf(() => unwrapKey(hsm, 'kek', { alg: 'A256KW', value }))).toEqual(UNIFORM)
  })

  it.each(['vault-premium', 'vault-standard'] as const)('in a %s', (profile) => {
    const { hsm } = testHsm({ profile })
    importKey(hsm, 'kek', rsaJwk())
    const ask = (alg: string) => () => unwrapKey(hsm, 'kek', { alg, value: new Uint8Array(256) })
    expect(refusalOf(ask('RSA1_5'))).toEqual(INCORRECT)
    expect(refusalOf(ask('RSA-OAEP'))).toEqual(OAEP_FAILURE)
  })
})

describe('unwrapKey', () => {
  it('by identifier opens what an older version wrapped', () => {
    const hsm = withKek()
    const { kid, value } = wrapKey(hsm, 'kek', { alg: 'A256KW', value: CEK })
    rotateKey(hsm, 'kek')
    const result = unwrapKey(hsm, kid, { alg: 'A256KW', value })
    expect(result.kid).toBe(kid)
    expect(CEK.equals(result.value)).toBe(true)
  })

  it('refuses a size that the key does not have', () => {
    const ask = () => unwrapKey(withKek(128), 'kek', { alg: 'A256KW', value: new Uint8Array(40) })
    expect(refusalOf(ask).message).toBe(
      'Algorithm A256KW needs a key of 256 bits, not 128. (Activity ID: GUID)',
    )
  })
})
