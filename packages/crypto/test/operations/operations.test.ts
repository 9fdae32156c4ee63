/** The six operations over the rows of the tables: what fits, what does not, and the lengths that come out. */

import { describe, expect, it } from 'vitest'
import {
  AES_ALGORITHMS,
  type Algorithm,
  type CryptographicOperation,
  EC_ALGORITHMS,
  findAlgorithm,
  HMAC_ALGORITHMS,
  RSA_ALGORITHMS,
} from '../../src/algorithms/algorithms.ts'
import { makeEcPublicKey } from '../../src/ec/make-ec-key.ts'
import { bytesToBigInt } from '../../src/encoding/bytes.ts'
import type { CurveName, KeyMaterial } from '../../src/key-material.ts'
import { makeOctKey } from '../../src/keys/make-oct-key.ts'
import { decrypt } from '../../src/operations/decrypt.ts'
import { encrypt } from '../../src/operations/encrypt.ts'
import { sign } from '../../src/operations/sign.ts'
import { unwrapKey } from '../../src/operations/unwrap-key.ts'
import { verify } from '../../src/operations/verify.ts'
import { wrapKey } from '../../src/operations/wrap-key.ts'
import { makeRsaPublicKey } from '../../src/rsa/make-rsa-key.ts'
import { flipped } from '../flip.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { ecTestKey, octTestKey, rsaTestKey, testRandom } from '../test-keys.ts'

const ALL: readonly Algorithm[] = [
  RSA_ALGORITHMS,
  EC_ALGORITHMS,
  AES_ALGORITHMS,
  HMAC_ALGORITHMS,
].flatMap((table): Algorithm[] => Object.values(table))
const serving = (operation: CryptographicOperation) =>
  ALL.filter(({ operations }) => operations.includes(operation))

const OPERATIONS: Readonly<
  Record<CryptographicOperation, (key: KeyMaterial, row: Algorithm) => unknown>
> = {
  encrypt: (key, row) => encrypt(key, row, new Uint8Array(16), {}, testRandom('any')),
  decrypt: (key, row) => decrypt(key, row, new Uint8Array(16), {}),
  wrapKey: (key, row) => wrapKey(key, row, new Uint8Array(16), testRandom('any')),
  unwrapKey: (key, row) => unwrapKey(key, row, new Uint8Array(24)),
  sign: (key, row) => sign(key, row, new Uint8Array(32), testRandom('any')),
  verify: (key, row) => verify(key, row, new Uint8Array(32), new Uint8Array(64)),
}

function rowOf(alg: string): Algorithm {
  const row = findAlgorithm(alg)
  if (row === undefined) throw new Error(`No algorithm ${alg}.`)
  return row
}

function keyFor(row: Algorithm): KeyMaterial {
  if (row.kty === 'RSA') return rsaTestKey(2048)
  if (row.kty === 'EC') return ecTestKey(row.crv)
  return octTestKey('keyBits' in row ? (row.keyBits ?? 192) : 256)
}

function publicKeyFor(row: Algorithm): KeyMaterial {
  const key = keyFor(row)
  if (key.kty === 'RSA') return makeRsaPublicKey(bytesToBigInt(key.publicKey.n), 65537n)
  if (key.kty === 'EC') return makeEcPublicKey(key.crv, key.publicKey.x, key.publicKey.y)
  return key
}

const digestFor = (row: Algorithm) =>
  new Uint8Array(('digestLength' in row && row.digestLength) || 30).fill(7)

describe.each(serving('encrypt'))('encrypt and decrypt with $alg', (row) => {
  const plaintext = new Uint8Array(32).fill(5)
  const before = Uint8Array.from(plaintext)
  const random = () => testRandom(row.alg)

  it('are inverse, with IV and tag as the algorithm has them', () => {
    const { ciphertext, ...rest } = encrypt(publicKeyFor(row), row, plaintext, {}, random())
    expect(decrypt(keyFor(row), row, ciphertext, rest)).toEqual(before)
    expect(plaintext).toEqual(before)
    expect(rest.iv?.length).toBe('ivLength' in row ? row.ivLength : undefined)
    expect(rest.tag?.length).toBe('tagLength' in row ? row.tagLength : undefined)
  })

  it('give the same for the same source', () => {
    const once = encrypt(keyFor(row), row, plaintext, {}, random())
    expect(encrypt(keyFor(row), row, plaintext, {}, random())).toEqual(once)
    expect(encrypt(keyFor(row), row, plaintext, {}, testRandom('other'))).not.toEqual(once)
  })

  it('refuse what the algorithm has no use for', () => {
    const key = keyFor(row)
    const bytes = new Uint8Array(16)
    const takes = { 'aes-gcm': ['aad'], 'aes-cbc': ['iv'] }[row.scheme as string] ?? []
    for (const name of ['iv', 'aad'].filter((parameter) => !takes.includes(parameter))) {
      expect(refusalOf(() => encrypt(key, row, plaintext, { [name]: bytes }, random()))).toEqual({
        code: 'INVALID_ARGUMENT',
        message: `${row.alg} takes no ${name} here.`,
      })
    }
    const opens = { 'aes-gcm': ['iv', 'aad', 'tag'], 'aes-cbc': ['iv'] }[row.scheme as string] ?? []
    for (const name of ['iv', 'aad', 'tag'].filter((parameter) => !opens.includes(parameter))) {
      const needed = { ...(opens.includes('iv') && { iv: bytes }), [name]: bytes }
      expect(codeOf(() => decrypt(key, row, bytes, needed))).toBe('INVALID_ARGUMENT')
    }
  })
})

describe('encrypt and decrypt with CBC', () => {
  const row = rowOf('A256CBC')
  const key = octTestKey(256)

  it('take the IV that is given, answer a copy of it and draw nothing', () => {
    const iv = new Uint8Array(16).fill(3)
    const unasked = () => {
      throw new Error('Nothing is to be drawn.')
    }
    const encrypted = encrypt(key, row, new Uint8Array(16), { iv }, unasked)
    expect(encrypted.iv).toEqual(iv)
    expect(encrypted.iv).not.toBe(iv)
  })

  it('need an IV of 16 bytes', () => {
    const iv = new Uint8Array(12)
    expect(codeOf(() => encrypt(key, row, new Uint8Array(16), { iv }, testRandom('x')))).toBe(
      'INVALID_ARGUMENT',
    )
    expect(refusalOf(() => decrypt(key, row, new Uint8Array(16), { iv }))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: 'A256CBC takes an iv of 16 bytes, not 12.',
    })
    expect(refusalOf(() => decrypt(key, row, new Uint8Array(16), {})).message).toBe(
      'A256CBC takes an iv of 16 bytes, not none.',
    )
  })

  it('leave the zeros that were added to a plaintext', () => {
    const { ciphertext, iv } = encrypt(key, row, new Uint8Array(20).fill(1), {}, testRandom('x'))
    const decrypted = decrypt(key, row, ciphertext, iv === undefined ? {} : { iv })
    expect([...decrypted.subarray(19)]).toEqual([1, ...new Array<number>(12).fill(0)])
  })
})

describe('encrypt and decrypt with GCM', () => {
  const row = rowOf('A128GCM')
  const key = octTestKey(128)
  const aad = Uint8Array.of(1, 2)
  const { ciphertext, iv, tag } = encrypt(key, row, new Uint8Array(9), { aad }, testRandom('gcm'))
  if (iv === undefined || tag === undefined) throw new Error('GCM answers IV and tag.')

  it('authenticate the AAD', () => {
    expect(decrypt(key, row, ciphertext, { iv, tag, aad })).toEqual(new Uint8Array(9))
    expect(codeOf(() => decrypt(key, row, ciphertext, { iv, tag }))).toBe('OPERATION_FAILED')
  })

  it.each([
    ['no IV', { tag }],
    ['no tag', { iv }],
    ['an IV of 16 bytes', { iv: new Uint8Array(16), tag }],
    ['a tag of 12 bytes', { iv, tag: tag.slice(0, 12) }],
  ])('refuse %s', (_, parameters) => {
    expect(codeOf(() => decrypt(key, row, ciphertext, { aad, ...parameters }))).toBe(
      'INVALID_ARGUMENT',
    )
  })
})

describe.each(serving('wrapKey'))('wrapKey and unwrapKey with $alg', (row) => {
  const keyData = new Uint8Array(32).fill(5)
  const before = Uint8Array.from(keyData)

  it('are inverse', () => {
    const wrapped = wrapKey(publicKeyFor(row), row, keyData, testRandom('wrap'))
    expect(unwrapKey(keyFor(row), row, wrapped)).toEqual(before)
    expect(keyData).toEqual(before)
    expect(wrapKey(keyFor(row), row, keyData, testRandom('wrap'))).toEqual(wrapped)
  })

  it('fail for altered bytes with the one refusal', () => {
    const wrapped = wrapKey(keyFor(row), row, keyData, testRandom('wrap'))
    expect(refusalOf(() => unwrapKey(keyFor(row), row, flipped(wrapped, 77)))).toEqual({
      code: 'OPERATION_FAILED',
      message: 'The operation failed.',
    })
  })
})

describe.each(serving('sign'))('sign and verify with $alg', (row) => {
  const digest = digestFor(row)
  const before = Uint8Array.from(digest)
  const signature = sign(keyFor(row), row, digest, testRandom('sign'))

  it('agree', () => {
    expect(verify(publicKeyFor(row), row, digest, signature)).toBe(true)
    expect(digest).toEqual(before)
    expect(sign(keyFor(row), row, digest, testRandom('sign'))).toEqual(signature)
  })

  it('tell another digest and an altered signature', () => {
    expect(verify(keyFor(row), row, flipped(digest, 9), signature)).toBe(false)
    expect(verify(keyFor(row), row, digest, flipped(signature, 9))).toBe(false)
  })

  it('answer false for a signature of another length', () => {
    expect(verify(keyFor(row), row, digest, signature.subarray(1))).toBe(false)
    expect(verify(keyFor(row), row, digest, new Uint8Array(0))).toBe(false)
  })
})

describe.each(serving('sign').filter((row) => 'digestLength' in row && row.digestLength))(
  'the digest of $alg',
  (row) => {
    it.each([-1, 1])('is refused when %i byte longer', (difference) => {
      const wrong = new Uint8Array(digestFor(row).length + difference)
      expect(codeOf(() => sign(keyFor(row), row, wrong, testRandom('x')))).toBe('INVALID_ARGUMENT')
      expect(codeOf(() => verify(keyFor(row), row, wrong, new Uint8Array(64)))).toBe(
        'INVALID_ARGUMENT',
      )
    })
  },
)

describe.each(Object.keys(OPERATIONS) as CryptographicOperation[])('%s', (operation) => {
  const run = OPERATIONS[operation]

  it.each(ALL.filter(({ operations }) => !operations.includes(operation)))(
    'is not served by $alg',
    (row) => {
      expect(refusalOf(() => run(keyFor(row), row))).toEqual({
        code: 'INVALID_ARGUMENT',
        message: `${row.alg} does not serve ${operation}.`,
      })
    },
  )

  it.each(serving(operation))('with $alg takes no key of another type', (row) => {
    const others: readonly KeyMaterial[] = [rsaTestKey(2048), ecTestKey('P-256'), octTestKey(256)]
    for (const key of others.filter(({ kty }) => kty !== row.kty)) {
      expect(refusalOf(() => run(key, row))).toEqual({
        code: 'INVALID_ARGUMENT',
        message: `${row.alg} takes a key of type ${row.kty}, not ${key.kty}.`,
      })
    }
  })

  it('is not served by a row whose scheme it does not know', () => {
    const scheme = operation === 'sign' || operation === 'verify' ? 'aes-kw' : 'hmac'
    const row = { alg: 'X', kty: 'oct', scheme, operations: [operation] } as unknown as Algorithm
    expect(codeOf(() => run(octTestKey(256), row))).toBe('INVALID_ARGUMENT')
  })
})

describe('a key that does not fit', () => {
  it.each<[string, CurveName]>([
    ['ES256', 'P-256K'],
    ['ES256K', 'P-256'],
    ['ES384', 'P-521'],
    ['ES512', 'P-384'],
  ])('%s takes no key on %s', (alg, crv) => {
    expect(refusalOf(() => OPERATIONS.verify(ecTestKey(crv), rowOf(alg))).message).toContain(crv)
  })

  it.each([
    ['A128GCM', 256],
    ['A256CBC', 128],
    ['A192KW', 256],
  ])('%s takes no key of %i bits', (alg, bits) => {
    const operation = alg.endsWith('KW') ? OPERATIONS.wrapKey : OPERATIONS.encrypt
    expect(codeOf(() => operation(octTestKey(bits), rowOf(alg)))).toBe('INVALID_ARGUMENT')
  })

  it.each(['CKM_AES_KEY_WRAP', 'CKM_AES_KEY_WRAP_PAD'])('%s takes AES keys alone', (alg) => {
    const key = makeOctKey(new Uint8Array(64))
    expect(refusalOf(() => OPERATIONS.wrapKey(key, rowOf(alg))).message).toBe(
      `${alg} takes an AES key, not one of 512 bits.`,
    )
  })

  it.each([128, 192, 256])('CKM_AES_KEY_WRAP_PAD takes a key of %i bits', (bits) => {
    expect(OPERATIONS.wrapKey(octTestKey(bits), rowOf('CKM_AES_KEY_WRAP_PAD'))).toHaveLength(24)
  })

  it('HS512 takes a key of any size', () => {
    const key = makeOctKey(Uint8Array.of(1))
    expect(OPERATIONS.sign(key, rowOf('HS512'))).toHaveLength(64)
  })

  it.each([
    ['decrypt', 'RSA-OAEP'],
    ['decrypt', 'RSA1_5'],
    ['unwrapKey', 'RSA-OAEP-256'],
    ['sign', 'RS256'],
    ['sign', 'PS256'],
    ['sign', 'ES256'],
  ] as const)('%s with %s needs the private part', (operation, alg) => {
    const row = rowOf(alg)
    const bytes = new Uint8Array(256)
    const key = publicKeyFor(row)
    const run = {
      decrypt: () => decrypt(key, row, bytes, {}),
      unwrapKey: () => unwrapKey(key, row, bytes),
      sign: () => OPERATIONS.sign(key, row),
    }[operation]
    expect(refusalOf(run).message).toContain('no private part')
  })
})

describe('a Buffer', () => {
  const isPlain = (bytes: Uint8Array | undefined) => bytes?.constructor === Uint8Array

  it.each(ALL)('is taken by $alg, and plain arrays come back', (row) => {
    const key = keyFor(row)
    const bytes = Buffer.alloc(32, 5)
    const random = testRandom('buffer')
    const fromBuffers = (length: number) => Buffer.from(random(length))
    if (row.operations.includes('encrypt')) {
      const { ciphertext, iv, tag } = encrypt(key, row, bytes, {}, fromBuffers)
      const parameters = {
        ...(iv && { iv: Buffer.from(iv) }),
        ...(tag && { tag: Buffer.from(tag) }),
      }
      const made = [ciphertext, decrypt(key, row, Buffer.from(ciphertext), parameters)]
      expect([...made, iv ?? ciphertext, tag ?? ciphertext].every(isPlain)).toBe(true)
    }
    if (row.operations.includes('wrapKey')) {
      const wrapped = wrapKey(key, row, bytes, fromBuffers)
      expect([wrapped, unwrapKey(key, row, Buffer.from(wrapped))].every(isPlain)).toBe(true)
    }
    if (row.operations.includes('sign')) {
      const digest = Buffer.from(digestFor(row))
      const signature = sign(key, row, digest, fromBuffers)
      expect(isPlain(signature)).toBe(true)
      expect(verify(key, row, digest, Buffer.from(signature))).toBe(true)
    }
  })
})
