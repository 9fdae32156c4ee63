import {
  type CipherGCM,
  constants,
  createCipheriv,
  createPublicKey,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decrypt, encrypt, type Hsm, importKey, rotateKey } from '../../src/index.ts'
import { nodeKey, octBytes, octJwk, rsaJwk } from '../known-keys.ts'
import { badParameter, INCORRECT, itRefuses, OAEP_FAILURE, refusalOf, worded } from '../refusal.ts'
import { testHsm } from '../test-hsm.ts'
import { itGuards } from '../uses.ts'
import { wrongType } from '../wrong-type.ts'

const MESSAGE = Buffer.from('one coffee, no sugar')

const SIZES = [128, 192, 256] as const

const UNIFORM = worded(INCORRECT, 'managed-hsm')
const OAEP = worded(OAEP_FAILURE, 'managed-hsm')

type RsaBits = 2048 | 3072 | 4096

/** A ciphertext that node:crypto made. */
function nodeEncrypted(alg: string, message: Buffer, bits: RsaBits = 2048): Buffer {
  const key = createPublicKey(nodeKey(rsaJwk(bits)))
  if (alg === 'RSA1_5') return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, message)
  const oaepHash = alg === 'RSA-OAEP' ? 'sha1' : 'sha256'
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, message)
}

describe('decrypt', () => {
  const value = nodeEncrypted('RSA-OAEP-256', MESSAGE)
  itGuards({
    use: 'decrypt',
    alg: 'RSA-OAEP-256',
    ask: (hsm, key, parameters) => decrypt(hsm, key, { alg: 'RSA-OAEP-256', value, ...parameters }),
    bytes: ['value'],
  })
})

describe('decrypt with RSA', () => {
  const cases = ([2048, 3072, 4096] as const).flatMap((bits) =>
    ['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256'].map((alg) => [bits, alg] as const),
  )

  it.each(cases)('%i bits, %s: opens what node:crypto encrypted', (bits, alg) => {
    const { hsm } = testHsm()
    importKey(hsm, 'letters', rsaJwk(bits))
    for (const message of [Buffer.alloc(0), MESSAGE, Buffer.alloc(bits / 8 - 66, 7)]) {
      const opened = decrypt(hsm, 'letters', { alg, value: nodeEncrypted(alg, message, bits) })
      expect(message.equals(opened.value)).toBe(true)
    }
  })

  it('answers the version, the algorithm and the plaintext alone', () => {
    const { hsm } = testHsm()
    const { key } = importKey(hsm, 'letters', rsaJwk())
    const value = nodeEncrypted('RSA-OAEP', MESSAGE)
    const result = decrypt(hsm, 'letters', { alg: 'RSA-OAEP', value })
    expect(result).toEqual({ kid: key.kid, alg: 'RSA-OAEP', value: Uint8Array.from(MESSAGE) })
  })

  it('ignores iv, tag and aad', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'letters', rsaJwk())
    const value = nodeEncrypted('RSA-OAEP', MESSAGE)
    const ignored = new Uint8Array(1)
    const parameters = { alg: 'RSA-OAEP', value, iv: ignored, tag: ignored, aad: ignored }
    expect(Buffer.from(decrypt(hsm, 'letters', parameters).value).equals(MESSAGE)).toBe(true)
  })

  it.each(['RSA-OAEP', 'RSA-OAEP-256'])('%s does not open what the other hash made', (alg) => {
    const { hsm } = testHsm()
    importKey(hsm, 'letters', rsaJwk())
    const value = nodeEncrypted(alg === 'RSA-OAEP' ? 'RSA-OAEP-256' : 'RSA-OAEP', MESSAGE)
    expect(refusalOf(() => decrypt(hsm, 'letters', { alg, value }))).toEqual(OAEP)
  })

  /** Always the same: an RSA1_5 ciphertext damaged at random opens once in a hundred thousand times. */
  const fixed = () => {
    const key = createPublicKey(nodeKey(rsaJwk()))
    const block = [
      Buffer.of(0, 2),
      Buffer.alloc(256 - 3 - MESSAGE.length, 9),
      Buffer.of(0),
      MESSAGE,
    ]
    return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.concat(block))
  }

  it.each(['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256'])('%s has one answer for all damage', (alg) => {
    const { hsm } = testHsm()
    importKey(hsm, 'letters', rsaJwk())
    const right = alg === 'RSA1_5' ? fixed() : nodeEncrypted(alg, MESSAGE)
    expect(MESSAGE.equals(decrypt(hsm, 'letters', { alg, value: right }).value)).toBe(true)
    const wrong = [
      Buffer.alloc(0),
      right.subarray(1),
      Buffer.concat([Buffer.alloc(1), right]),
      Buffer.concat([right, Buffer.alloc(1)]),
      Buffer.alloc(256),
      Buffer.alloc(256, 0xff),
      Buffer.from(rsaJwk().n ?? '', 'base64url'),
      nodeEncrypted(alg, MESSAGE, 3072),
      ...[0, 1, 7, 100, 200, 254, 255].map((i) => Buffer.from(right.with(i, (right[i] ?? 0) ^ 1))),
    ]
    const expected = alg === 'RSA1_5' ? UNIFORM : OAEP
    for (const value of wrong) {
      expect(refusalOf(() => decrypt(hsm, 'letters', { alg, value }))).toEqual(expected)
    }
  })

  /** RFC 8017 section 7.2.2, step 3: a block of type 2 that is wrong in one way each. */
  const BLOCKS: Readonly<Record<string, (block: Buffer) => void>> = {
    'does not begin with 0': (block) => block.writeUInt8(1, 0),
    'is of type 1': (block) => block.writeUInt8(1, 1),
    'is of type 0': (block) => block.writeUInt8(0, 1),
    'has no zero': (block) => block.fill(9, 2),
    'has its zero after seven bytes': (block) => block.writeUInt8(0, 9),
    'has its zero at once': (block) => block.writeUInt8(0, 2),
  }
  it.each(Object.entries(BLOCKS))('RSA1_5 has that answer for a block that %s', (_, spoil) => {
    const { hsm } = testHsm()
    importKey(hsm, 'letters', rsaJwk())
    const block = Buffer.concat([Buffer.of(0, 2), Buffer.alloc(200, 9), Buffer.of(0)], 256)
    const key = createPublicKey(nodeKey(rsaJwk()))
    const sealed = () => publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block)
    const ask = () => decrypt(hsm, 'letters', { alg: 'RSA1_5', value: sealed() })
    expect(ask().value).toHaveLength(53)
    spoil(block)
    expect(refusalOf(ask)).toEqual(UNIFORM)
  })
})

describe('decrypt with AES-GCM', () => {
  const sealed = (bits: (typeof SIZES)[number], message: Buffer, aad?: Buffer) => {
    const iv = randomBytes(12)
    const cipher = createCipheriv(`aes-${bits}-gcm` as 'aes-256-gcm', octBytes(bits), iv)
    if (aad !== undefined) cipher.setAAD(aad)
    const value = Buffer.concat([cipher.update(message), (cipher as CipherGCM).final()])
    return { alg: `A${bits}GCM`, value, iv, tag: cipher.getAuthTag(), ...(aad && { aad }) }
  }
  const withKey = (bits: (typeof SIZES)[number] = 256) => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk(bits))
    return hsm
  }

  it.each(SIZES)('A%iGCM: opens what node:crypto encrypted', (bits) => {
    const hsm = withKey(bits)
    for (const length of [0, 1, 16, 1000]) {
      const message = Buffer.alloc(length, 7)
      for (const aad of [undefined, Buffer.alloc(0), Buffer.from('header')]) {
        const opened = decrypt(hsm, 'content', sealed(bits, message, aad))
        expect(message.equals(opened.value)).toBe(true)
      }
    }
  })

  it('takes absent aad and empty aad for the same', () => {
    const hsm = withKey()
    const { aad, ...rest } = sealed(256, MESSAGE, Buffer.alloc(0))
    expect(aad).toHaveLength(0)
    expect(decrypt(hsm, 'content', rest).value).toHaveLength(MESSAGE.length)
  })

  const right = sealed(256, MESSAGE, Buffer.from('header'))
  it.each(['value', 'iv', 'tag', 'aad'] as const)('refuses any bit of %s turned over', (member) => {
    const hsm = withKey()
    const bytes = right[member] ?? Buffer.alloc(0)
    for (const bit of Array.from({ length: 8 * bytes.length }).keys()) {
      const altered = Buffer.from(bytes)
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const wrong = { ...right, [member]: altered }
      expect(refusalOf(() => decrypt(hsm, 'content', wrong))).toEqual(UNIFORM)
    }
  })

  it.each([
    ['missing aad', { aad: undefined }],
    ['aad too much', { aad: Buffer.from('header ') }],
    ['a byte too few', { value: right.value.subarray(1) }],
    ['a byte too many', { value: Buffer.concat([right.value, Buffer.alloc(1)]) }],
    ['no bytes', { value: Buffer.alloc(0) }],
  ])('refuses %s', (_, wrong) => {
    const ask = () => decrypt(withKey(), 'content', { ...right, ...wrong })
    expect(refusalOf(ask)).toEqual(UNIFORM)
  })

  const asked = (parameters: object) => (hsm: Hsm) => {
    importKey(hsm, 'content', octJwk())
    return () => decrypt(hsm, 'content', { ...right, ...parameters })
  }
  const managed = { profiles: ['managed-hsm'] } as const
  const refuses = (title: string, parameters: object, message: string) =>
    itRefuses(title, asked(parameters), badParameter(message), managed)

  refuses('a missing iv', { iv: undefined }, 'A256GCM takes an iv of 12 bytes, not none.')
  refuses('a missing tag', { tag: undefined }, 'A256GCM takes a tag of 16 bytes, not none.')
  for (const length of [0, 8, 11, 13, 16]) {
    const message = `A256GCM takes an iv of 12 bytes, not ${length}.`
    refuses(`an iv of ${length} bytes`, { iv: Buffer.alloc(length) }, message)
  }
  for (const length of [0, 12, 15, 17]) {
    const message = `A256GCM takes a tag of 16 bytes, not ${length}.`
    refuses(`a tag of ${length} bytes`, { tag: Buffer.concat([right.tag], length) }, message)
  }
  for (const name of ['iv', 'tag', 'aad']) {
    refuses(
      `${name} that is no Uint8Array`,
      { [name]: 'AAAA' },
      wrongType('decrypt', name, 'a Uint8Array', 'AAAA'),
    )
  }
})

describe('decrypt with AES-CBC', () => {
  const iv = Buffer.alloc(16, 3)
  const sealed = (bits: (typeof SIZES)[number], blocks: Buffer) => {
    const cipher = createCipheriv(`aes-${bits}-cbc`, octBytes(bits), iv).setAutoPadding(false)
    return Buffer.concat([cipher.update(blocks), cipher.final()])
  }
  const withKey = (bits: (typeof SIZES)[number] = 256) => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk(bits))
    return hsm
  }

  it.each(SIZES)('A%iCBC: opens what node:crypto encrypted, zeros and all', (bits) => {
    const hsm = withKey(bits)
    const blocks = Buffer.concat([MESSAGE], 32)
    const value = sealed(bits, blocks)
    const opened = decrypt(hsm, 'content', { alg: `A${bits}CBC`, value, iv })
    expect(blocks.equals(opened.value)).toBe(true)
    expect(Object.keys(opened).sort()).toEqual(['alg', 'kid', 'value'])
  })

  it.each(SIZES)('A%iCBCPAD: opens what node:crypto encrypted', (bits) => {
    const hsm = withKey(bits)
    for (const length of [0, 1, 15, 16, 200]) {
      const message = Buffer.alloc(length, 7)
      const cipher = createCipheriv(`aes-${bits}-cbc`, octBytes(bits), iv)
      const value = Buffer.concat([cipher.update(message), cipher.final()])
      const opened = decrypt(hsm, 'content', { alg: `A${bits}CBCPAD`, value, iv })
      expect(message.equals(opened.value)).toBe(true)
    }
  })

  it('leaves 8 zeros behind a letter of 200 bytes', () => {
    const hsm = withKey()
    const letter = Buffer.alloc(200, 7)
    const { value } = encrypt(hsm, 'content', { alg: 'A256CBC', value: letter, iv })
    expect(value).toHaveLength(208)
    const opened = decrypt(hsm, 'content', { alg: 'A256CBC', value, iv }).value
    expect(Buffer.from(opened).equals(Buffer.concat([letter, Buffer.alloc(8)]))).toBe(true)
  })

  it('ignores tag and aad', () => {
    const value = sealed(256, Buffer.alloc(16))
    const ignored = new Uint8Array(1)
    const parameters = { alg: 'A256CBC', value, iv, tag: ignored, aad: ignored }
    expect(decrypt(withKey(), 'content', parameters).value).toHaveLength(16)
  })

  it.each([0, 1, 15, 17, 31])('has one answer for a ciphertext of %i bytes', (length) => {
    for (const alg of ['A256CBC', 'A256CBCPAD']) {
      const parameters = { alg, value: Buffer.alloc(length), iv }
      expect(refusalOf(() => decrypt(withKey(), 'content', parameters))).toEqual(UNIFORM)
    }
  })

  it.each([
    ['0', Buffer.alloc(16)],
    ['17', Buffer.alloc(16, 17)],
    ['255', Buffer.alloc(16, 255)],
    ['2 after 1', Buffer.concat([Buffer.alloc(14), Buffer.of(1, 2)])],
    ['16 with one byte wrong', Buffer.alloc(16, 16).fill(15, 0, 1)],
    ['16 in the first of two blocks', Buffer.concat([Buffer.alloc(16, 16), Buffer.alloc(16)])],
  ])('has that answer for a padding of %s', (_, blocks) => {
    const parameters = { alg: 'A256CBCPAD', value: sealed(256, blocks), iv }
    expect(refusalOf(() => decrypt(withKey(), 'content', parameters))).toEqual(UNIFORM)
  })

  const asked = (parameters: object) => (hsm: Hsm) => {
    importKey(hsm, 'content', octJwk())
    return () =>
      decrypt(hsm, 'content', { alg: 'A256CBC', value: Buffer.alloc(16), iv, ...parameters })
  }
  const managed = { profiles: ['managed-hsm'] } as const
  itRefuses(
    'a missing iv',
    asked({ iv: undefined }),
    badParameter('A256CBC takes an iv of 16 bytes, not none.'),
    managed,
  )
  for (const length of [0, 12, 15, 17]) {
    itRefuses(
      `an iv of ${length} bytes`,
      asked({ alg: 'A256CBCPAD', iv: Buffer.alloc(length) }),
      badParameter(`A256CBCPAD takes an iv of 16 bytes, not ${length}.`),
      managed,
    )
  }
  itRefuses(
    'an iv that is no Uint8Array',
    asked({ iv: 'AAAA' }),
    badParameter(wrongType('decrypt', 'iv', 'a Uint8Array', 'AAAA')),
    managed,
  )
})

describe('decrypt and its versions', () => {
  it('by identifier opens what an older version encrypted', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk())
    const { kid, value, iv, tag } = encrypt(hsm, 'content', { alg: 'A256GCM', value: MESSAGE })
    rotateKey(hsm, 'content')
    const result = decrypt(hsm, kid, { alg: 'A256GCM', value, iv, tag })
    expect(result.kid).toBe(kid)
    expect(MESSAGE.equals(result.value)).toBe(true)
  })

  it('draws nothing: the same HSM goes on as if it had not been asked', () => {
    const [asked, unasked] = [testHsm().hsm, testHsm().hsm]
    for (const hsm of [asked, unasked]) importKey(hsm, 'content', octJwk())
    const question = { alg: 'A256CBC', value: new Uint8Array(16), iv: new Uint8Array(16) }
    decrypt(asked, 'content', question)
    const next = (hsm: Hsm) => encrypt(hsm, 'content', { alg: 'A256GCM', value: MESSAGE })
    expect(next(asked)).toEqual(next(unasked))
  })

  it('changes nothing of what it is given', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk())
    const given = encrypt(hsm, 'content', {
      alg: 'A256GCM',
      value: MESSAGE,
      aad: new Uint8Array(3),
    })
    const before = structuredClone(given)
    decrypt(hsm, 'content', Object.freeze(given))
    expect(given).toEqual(before)
  })
})
