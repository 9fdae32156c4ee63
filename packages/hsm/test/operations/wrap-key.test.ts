import { constants, createDecipheriv, privateDecrypt, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createKey, type Hsm, importKey, rotateKey, unwrapKey, wrapKey } from '../../src/index.ts'
import { nodeKey, octBytes, octJwk, rsaJwk } from '../known-keys.ts'
import { badParameter, itRefuses, refusalOf, worded } from '../refusal.ts'
import { testHsm } from '../test-hsm.ts'
import { itGuards } from '../uses.ts'

const CEK = Buffer.from('0123456789abcdef0123456789abcdef')

const SIZES = [128, 192, 256] as const

describe('wrapKey', () => {
  itGuards({
    use: 'wrapKey',
    alg: 'RSA-OAEP-256',
    ask: (hsm, key, parameters) =>
      wrapKey(hsm, key, { alg: 'RSA-OAEP-256', value: CEK, ...parameters }),
    bytes: ['value'],
  })
})

describe('wrapKey with RSA', () => {
  it.each([
    ['RSA-OAEP', 'sha1'],
    ['RSA-OAEP-256', 'sha256'],
  ])('%s: node:crypto unwraps it', (alg, oaepHash) => {
    const { hsm } = testHsm()
    importKey(hsm, 'kek', rsaJwk())
    const { value } = wrapKey(hsm, 'kek', { alg, value: CEK })
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    expect(privateDecrypt({ key: nodeKey(rsaJwk()), padding, oaepHash }, value).equals(CEK)).toBe(
      true,
    )
  })

  it('RSA1_5: the block is of type 2 and ends with the key', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'kek', rsaJwk())
    const { value } = wrapKey(hsm, 'kek', { alg: 'RSA1_5', value: CEK })
    const key = nodeKey(rsaJwk())
    const block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, value)
    const zero = 256 - CEK.length - 1
    expect([block[0], block[1], block[zero]]).toEqual([0, 2, 0])
    expect(block.subarray(2, zero).includes(0)).toBe(false)
    expect(block.subarray(zero + 1).equals(CEK)).toBe(true)
  })

  const tooLong = (alg: string, length: number) => (hsm: Hsm) => {
    importKey(hsm, 'kek', rsaJwk())
    return () => wrapKey(hsm, 'kek', { alg, value: new Uint8Array(length) })
  }
  itRefuses(
    'a key too long for RSA1_5',
    tooLong('RSA1_5', 246),
    badParameter('PKCS#1 v1.5 with this key takes at most 245 bytes, not 246.'),
  )
  itRefuses(
    'a key too long for RSA-OAEP',
    tooLong('RSA-OAEP', 215),
    badParameter('OAEP with SHA-1 and this key takes at most 214 bytes, not 215.'),
  )
  itRefuses(
    'a key too long for RSA-OAEP-256',
    tooLong('RSA-OAEP-256', 191),
    badParameter('OAEP with SHA-256 and this key takes at most 190 bytes, not 191.'),
  )
})

describe('wrapKey with AES', () => {
  /** RFC 3394 section 2.2.3.1 and RFC 5649 section 3. */
  const AIV = { wrap: Buffer.alloc(8, 0xa6), 'wrap-pad': Buffer.from('a65959a6', 'hex') }

  const nodeUnwrapped = (bits: number, mode: 'wrap' | 'wrap-pad', value: Uint8Array) => {
    const kek = octBytes(bits as 256)
    const cipher = createDecipheriv(`id-aes${bits}-${mode}`, kek, AIV[mode])
    return Buffer.concat([cipher.update(value), cipher.final()])
  }
  const withKek = (bits: (typeof SIZES)[number]) => {
    const { hsm } = testHsm()
    importKey(hsm, 'kek', octJwk(bits))
    return hsm
  }

  it.each(
    SIZES.flatMap((bits) => [`A${bits}KW`, 'CKM_AES_KEY_WRAP'].map((alg) => [alg, bits] as const)),
  )('%s, %i bits: node:crypto unwraps it', (alg, bits) => {
    const hsm = withKek(bits)
    for (const length of [16, 24, 32, 40, 64, 256]) {
      const key = randomBytes(length)
      const { value } = wrapKey(hsm, 'kek', { alg, value: key })
      expect(value).toHaveLength(length + 8)
      expect(nodeUnwrapped(bits, 'wrap', value).equals(key)).toBe(true)
    }
  })

  it.each(SIZES)(
    'CKM_AES_KEY_WRAP_PAD, %i bits: node:crypto unwraps it, whatever its length',
    (bits) => {
      const hsm = withKek(bits)
      for (const length of [...Array.from({ length: 34 }, (_, i) => i + 1), 1217]) {
        const key = randomBytes(length)
        const { value } = wrapKey(hsm, 'kek', { alg: 'CKM_AES_KEY_WRAP_PAD', value: key })
        expect(value).toHaveLength(8 * Math.ceil(length / 8) + 8)
        expect(nodeUnwrapped(bits, 'wrap-pad', value).equals(key)).toBe(true)
      }
    },
  )

  it.each(['A256KW', 'CKM_AES_KEY_WRAP', 'CKM_AES_KEY_WRAP_PAD'])(
    '%s always gives the same',
    (alg) => {
      const hsm = withKek(256)
      const question = { alg, value: CEK }
      expect(wrapKey(hsm, 'kek', question)).toEqual(wrapKey(hsm, 'kek', question))
    },
  )

  const asked = (alg: string, length: number) => (hsm: Hsm) => {
    importKey(hsm, 'kek', octJwk())
    return () => wrapKey(hsm, 'kek', { alg, value: new Uint8Array(length) })
  }
  const managed = { profiles: ['managed-hsm'] } as const
  for (const alg of ['A256KW', 'CKM_AES_KEY_WRAP']) {
    for (const length of [0, 8, 15, 17, 31]) {
      itRefuses(
        `${length} bytes with ${alg}`,
        asked(alg, length),
        badParameter(`AES-KW takes 16 bytes or more, in eights, not ${length}.`),
        managed,
      )
    }
  }
  itRefuses(
    'no bytes with CKM_AES_KEY_WRAP_PAD',
    asked('CKM_AES_KEY_WRAP_PAD', 0),
    badParameter('AES-KWP takes 1 byte or more, not 0.'),
    managed,
  )

  const unfit = SIZES.flatMap((bits) =>
    SIZES.filter((other) => other !== bits).map((other) => [other, bits] as const),
  )
  it.each(unfit)('refuses A%iKW with a key of %i bits', (other, bits) => {
    const ask = () => wrapKey(withKek(bits), 'kek', { alg: `A${other}KW`, value: CEK })
    expect(refusalOf(ask)).toEqual(
      worded(
        badParameter(`Algorithm A${other}KW needs a key of ${other} bits, not ${bits}.`),
        'managed-hsm',
      ),
    )
  })
})

describe('wrapKey answers', () => {
  it('the version, the algorithm and the wrapped key alone', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'kek', { kty: 'oct' })
    const { key } = rotateKey(hsm, 'kek')
    const result = wrapKey(hsm, 'kek', { alg: 'A256KW', value: CEK })
    expect(Object.keys(result).sort()).toEqual(['alg', 'kid', 'value'])
    expect(result).toMatchObject({ kid: key.kid, alg: 'A256KW' })
  })

  it('what unwrapKey of the same version takes', () => {
    const { hsm } = testHsm()
    const { key } = createKey(hsm, 'kek', { kty: 'oct' })
    rotateKey(hsm, 'kek')
    const { kid, value } = wrapKey(hsm, key.kid, { alg: 'A256KW', value: CEK })
    expect(kid).toBe(key.kid)
    expect(CEK.equals(unwrapKey(hsm, kid, { alg: 'A256KW', value }).value)).toBe(true)
  })

  it('bytes of its own, and changes nothing of what it is given', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'kek', { kty: 'oct' })
    const value = new Uint8Array(16).fill(7)
    wrapKey(hsm, 'kek', Object.freeze({ alg: 'A256KW', value })).value.fill(0)
    expect(value).toEqual(new Uint8Array(16).fill(7))
  })
})
