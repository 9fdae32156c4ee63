import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decrypt, encrypt, type Hsm, importKey, rotateKey } from '../../src/index.ts'
import { nodeKey, octBytes, octJwk, rsaJwk } from '../known-keys.ts'
import { badParameter, itRefuses, refusalOf, worded } from '../refusal.ts'
import { testHsm } from '../test-hsm.ts'
import { itGuards } from '../uses.ts'
import { wrongType } from '../wrong-type.ts'

const MESSAGE = Buffer.from('one coffee, no sugar')

const SIZES = [128, 192, 256] as const

describe('encrypt', () => {
  itGuards({
    use: 'encrypt',
    alg: 'RSA-OAEP-256',
    ask: (hsm, key, parameters) =>
      encrypt(hsm, key, { alg: 'RSA-OAEP-256', value: MESSAGE, ...parameters }),
    bytes: ['value'],
  })
})

describe('encrypt with RSA', () => {
  const BITS = [2048, 3072, 4096] as const
  /** RFC 8017 sections 7.1.1 and 7.2.1. */
  const OVERHEAD = { RSA1_5: 11, 'RSA-OAEP': 42, 'RSA-OAEP-256': 66 } as const

  /** The other implementation opens it. RSA1_5 by hand: node refuses to decrypt it. */
  const opened = (bits: (typeof BITS)[number], alg: string, value: Uint8Array): Buffer => {
    const key = nodeKey(rsaJwk(bits))
    if (alg !== 'RSA1_5') {
      const oaepHash = alg === 'RSA-OAEP' ? 'sha1' : 'sha256'
      const padding = constants.RSA_PKCS1_OAEP_PADDING
      return privateDecrypt({ key, padding, oaepHash }, value)
    }
    const block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, value)
    const zero = block.indexOf(0, 2)
    expect([block[0], block[1]]).toEqual([0, 2])
    expect(zero).toBeGreaterThanOrEqual(10)
    return block.subarray(zero + 1)
  }

  const cases = BITS.flatMap((bits) =>
    (['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256'] as const).map((alg) => [bits, alg] as const),
  )

  it.each(cases)('%i bits, %s: node:crypto opens it, from none to the most bytes', (bits, alg) => {
    const { hsm } = testHsm()
    importKey(hsm, 'letters', rsaJwk(bits))
    for (const length of [0, 1, 32, bits / 8 - OVERHEAD[alg]]) {
      const message = Buffer.alloc(length, 7)
      const { value } = encrypt(hsm, 'letters', { alg, value: message })
      expect(value).toHaveLength(bits / 8)
      expect(opened(bits, alg, value).equals(message)).toBe(true)
    }
  })

  const tooLong = (alg: keyof typeof OVERHEAD) => (hsm: Hsm) => {
    importKey(hsm, 'letters', rsaJwk())
    const value = new Uint8Array(256 - OVERHEAD[alg] + 1)
    return () => encrypt(hsm, 'letters', { alg, value })
  }
  itRefuses(
    'a byte more with RSA1_5',
    tooLong('RSA1_5'),
    badParameter('PKCS#1 v1.5 with this key takes at most 245 bytes, not 246.'),
  )
  itRefuses(
    'a byte more with RSA-OAEP',
    tooLong('RSA-OAEP'),
    badParameter('OAEP with SHA-1 and this key takes at most 214 bytes, not 215.'),
  )
  itRefuses(
    'a byte more with RSA-OAEP-256',
    tooLong('RSA-OAEP-256'),
    badParameter('OAEP with SHA-256 and this key takes at most 190 bytes, not 191.'),
  )

  it.each(['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256'])('%s never gives the same bytes twice', (alg) => {
    const { hsm } = testHsm()
    importKey(hsm, 'letters', rsaJwk())
    const once = () => Buffer.from(encrypt(hsm, 'letters', { alg, value: MESSAGE }).value)
    expect(once().equals(once())).toBe(false)
  })

  it('answers the version and the algorithm, and neither iv nor tag', () => {
    const { hsm } = testHsm()
    const { key } = importKey(hsm, 'letters', rsaJwk())
    const result = encrypt(hsm, 'letters', { alg: 'RSA-OAEP', value: MESSAGE })
    expect(Object.keys(result).sort()).toEqual(['alg', 'kid', 'value'])
    expect(result).toMatchObject({ kid: key.kid, alg: 'RSA-OAEP' })
  })

  it('does not look at an iv or aad', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'letters', rsaJwk())
    const parameters = {
      alg: 'RSA-OAEP',
      value: MESSAGE,
      iv: new Uint8Array(1),
      aad: new Uint8Array(3),
    }
    expect(encrypt(hsm, 'letters', parameters)).not.toHaveProperty('aad')
  })
})

describe('encrypt with AES-GCM', () => {
  it.each(SIZES)('A%iGCM: node:crypto opens it, whatever its length', (bits) => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk(bits))
    for (const length of [0, 1, 15, 16, 17, 1000]) {
      const message = Buffer.alloc(length, 7)
      const aad = Buffer.from('header')
      const sealed = encrypt(hsm, 'content', { alg: `A${bits}GCM`, value: message, aad })
      const { iv = new Uint8Array(0), tag = new Uint8Array(0), value } = sealed
      expect([iv.length, tag.length, value.length]).toEqual([12, 16, length])
      const cipher = createDecipheriv(`aes-${bits}-gcm` as 'aes-256-gcm', octBytes(bits), iv)
      cipher.setAAD(aad).setAuthTag(tag)
      expect(Buffer.concat([cipher.update(value), cipher.final()]).equals(message)).toBe(true)
    }
  })

  const withKey = (options = {}) => {
    const { hsm } = testHsm(options)
    importKey(hsm, 'content', octJwk())
    return hsm
  }

  it('answers the aad that it was given, in bytes of its own', () => {
    const aad = Uint8Array.of(1, 2, 3)
    const result = encrypt(withKey(), 'content', { alg: 'A256GCM', value: MESSAGE, aad })
    expect(result.aad).toEqual(aad)
    expect(result.aad?.buffer).not.toBe(aad.buffer)
  })

  it('answers no aad where none was given', () => {
    const result = encrypt(withKey(), 'content', { alg: 'A256GCM', value: MESSAGE })
    expect(Object.keys(result).sort()).toEqual(['alg', 'iv', 'kid', 'tag', 'value'])
  })

  it.each([{}, { seed: 'universe' }])('never uses an IV twice (%j)', (options) => {
    const hsm = withKey(options)
    const ivs = Array.from({ length: 1000 }, () =>
      Buffer.from(encrypt(hsm, 'content', { alg: 'A256GCM', value: MESSAGE }).iv ?? []).toString(
        'hex',
      ),
    )
    expect(new Set(ivs).size).toBe(1000)
  })

  it('makes an IV of its own, whatever it is given', () => {
    const hsm = withKey()
    const given = new Uint8Array(12)
    for (const iv of [given, new Uint8Array(3)]) {
      const result = encrypt(hsm, 'content', { alg: 'A256GCM', value: MESSAGE, iv })
      expect(result.iv).toHaveLength(12)
      expect(result.iv).not.toEqual(given)
    }
  })

  itRefuses(
    'an IV where it is strict',
    (hsm) => {
      importKey(hsm, 'content', octJwk())
      const parameters = { alg: 'A256GCM', value: MESSAGE, iv: new Uint8Array(12) }
      return () => encrypt(hsm, 'content', parameters)
    },
    badParameter('The property iv must be absent: A256GCM makes its own.'),
    { profiles: ['managed-hsm'], strict: true },
  )
  itRefuses(
    'aad that is no Uint8Array',
    (hsm) => {
      importKey(hsm, 'content', octJwk())
      const parameters = { alg: 'A256GCM', value: MESSAGE, aad: 'header' as never }
      return () => encrypt(hsm, 'content', parameters)
    },
    badParameter(wrongType('encrypt', 'aad', 'a Uint8Array', 'header')),
    { profiles: ['managed-hsm'] },
  )
})

describe('encrypt with AES-CBC', () => {
  const zeroPadded = (message: Buffer) =>
    Buffer.concat([message], 16 * Math.ceil(message.length / 16))

  it.each(SIZES)('A%iCBC: node:crypto opens it, the last block filled with zeros', (bits) => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk(bits))
    const iv = Uint8Array.from({ length: 16 }, (_, i) => i)
    for (const length of [1, 15, 16, 17, 200]) {
      const message = Buffer.alloc(length, 7)
      const result = encrypt(hsm, 'content', { alg: `A${bits}CBC`, value: message, iv })
      expect(result.iv).toEqual(iv)
      const cipher = createDecipheriv(`aes-${bits}-cbc`, octBytes(bits), iv).setAutoPadding(false)
      const opened = Buffer.concat([cipher.update(result.value), cipher.final()])
      expect(opened.equals(zeroPadded(message))).toBe(true)
    }
  })

  it.each(SIZES)('A%iCBCPAD: node:crypto opens it, whatever its length', (bits) => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk(bits))
    const iv = Uint8Array.from({ length: 16 }, (_, i) => i)
    for (const length of [0, 1, 15, 16, 17, 200]) {
      const message = Buffer.alloc(length, 7)
      const result = encrypt(hsm, 'content', { alg: `A${bits}CBCPAD`, value: message, iv })
      expect(result.value).toHaveLength(16 * (Math.floor(length / 16) + 1))
      const cipher = createDecipheriv(`aes-${bits}-cbc`, octBytes(bits), iv)
      const opened = Buffer.concat([cipher.update(result.value), cipher.final()])
      expect(opened.equals(message)).toBe(true)
    }
  })

  const withKey = () => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk())
    return hsm
  }

  it.each(['A256CBC', 'A256CBCPAD'])(
    '%s makes an IV where none is given, another each time',
    (alg) => {
      const hsm = withKey()
      const [first, second] = [1, 2].map(() => encrypt(hsm, 'content', { alg, value: MESSAGE }))
      expect(first?.iv).toHaveLength(16)
      expect(first?.iv).not.toEqual(second?.iv)
      expect(first?.iv).not.toEqual(new Uint8Array(16))
      const { value = MESSAGE, iv } = first ?? {}
      const opened = decrypt(hsm, 'content', { alg, value, iv }).value
      expect(Buffer.from(opened.slice(0, MESSAGE.length)).equals(MESSAGE)).toBe(true)
    },
  )

  it('answers an IV in bytes of its own', () => {
    const iv = new Uint8Array(16)
    const result = encrypt(withKey(), 'content', { alg: 'A256CBC', value: MESSAGE, iv })
    expect(result.iv?.buffer).not.toBe(iv.buffer)
  })

  it('ignores aad, and does not return it', () => {
    const parameters = { alg: 'A256CBC', value: MESSAGE, aad: new Uint8Array(1) }
    const result = encrypt(withKey(), 'content', parameters)
    expect(Object.keys(result).sort()).toEqual(['alg', 'iv', 'kid', 'value'])
  })

  const asked = (parameters: object) => (hsm: Hsm) => {
    importKey(hsm, 'content', octJwk())
    return () => encrypt(hsm, 'content', { alg: 'A256CBC', value: MESSAGE, ...parameters })
  }
  const managed = { profiles: ['managed-hsm'] } as const

  for (const length of [0, 12, 15, 17, 32]) {
    itRefuses(
      `an IV of ${length} bytes`,
      asked({ iv: new Uint8Array(length) }),
      badParameter(`An IV of CBC has 16 bytes, not ${length}.`),
      managed,
    )
  }
  itRefuses(
    'an IV that is no Uint8Array',
    asked({ iv: 'AAAAAAAAAAAAAAAA' }),
    badParameter(wrongType('encrypt', 'iv', 'a Uint8Array', 'AAAA')),
    managed,
  )
  itRefuses(
    'no bytes at all without padding',
    asked({ value: new Uint8Array(0) }),
    badParameter("CBC with padding 'zero' does not take 0 bytes."),
    managed,
  )
})

describe('encrypt with AES', () => {
  const cases = SIZES.flatMap((bits) =>
    SIZES.filter((other) => other !== bits).flatMap((other) =>
      ['GCM', 'CBC', 'CBCPAD'].map((mode) => [`A${other}${mode}`, bits, other] as const),
    ),
  )

  it.each(cases)('refuses %s with a key of %i bits', (alg, bits, other) => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk(bits))
    expect(refusalOf(() => encrypt(hsm, 'content', { alg, value: MESSAGE }))).toEqual(
      worded(
        badParameter(`Algorithm ${alg} needs a key of ${other} bits, not ${bits}.`),
        'managed-hsm',
      ),
    )
  })
})

describe('encrypt and its versions', () => {
  it('by name uses the current one, by identifier the one that is named, and says which', () => {
    const { hsm } = testHsm()
    const { key } = importKey(hsm, 'content', octJwk())
    const current = rotateKey(hsm, 'content').key
    const question = { alg: 'A256GCM', value: MESSAGE }
    expect(encrypt(hsm, 'content', question).kid).toBe(current.kid)
    expect(encrypt(hsm, key.kid, question).kid).toBe(key.kid)
  })

  it('changes nothing of what it is given', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk())
    for (const alg of ['A256GCM', 'A256CBC', 'A256CBCPAD']) {
      const given = Object.freeze({
        alg,
        value: new Uint8Array(20).fill(1),
        iv: new Uint8Array(16).fill(2),
        aad: new Uint8Array(3).fill(3),
      })
      const before = structuredClone(given)
      encrypt(hsm, 'content', given)
      expect(given).toEqual(before)
    }
  })
})
