/** The six operations with every row of the tables: which keys fit, and the lengths of the results. */

import { describe, expect, it } from 'vitest'
import type { Algorithm, CryptographicOperation } from '../../src/algorithms/algorithm-rows.ts'
import {
  AES_ALGORITHMS,
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
const supporting = (operation: CryptographicOperation) =>
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

describe.each(supporting('encrypt'))('encrypt and decrypt with $alg', (row) => {
  const plaintext = new Uint8Array(32).fill(5)
  const original = Uint8Array.from(plaintext)
  const random = () => testRandom(row.alg)

  it('are inverse, with the IV and tag of the algorithm', () => {
    const { ciphertext, ...rest } = encrypt(publicKeyFor(row), row, plaintext, {}, random())
    expect(decrypt(keyFor(row), row, ciphertext, rest)).toEqual(original)
    expect(plaintext).toEqual(original)
    expect(rest.iv?.length).toBe('ivLength' in row ? row.ivLength : undefined)
    expect(rest.tag?.length).toBe('tagLength' in row ? row.tagLength : undefined)
  })

  it('return the same for the same source', () => {
    const first = encrypt(keyFor(row), row, plaintext, {}, random())
    expect(encrypt(keyFor(row), row, plaintext, {}, random())).toEqual(first)
    expect(encrypt(keyFor(row), row, plaintext, {}, testRandom('other'))).not.toEqual(first)
  })

  it('reject parameters that the algorithm does not use', () => {
    const key = keyFor(row)
    const bytes = new Uint8Array(16)
    const used = { 'aes-gcm': ['aad'], 'aes-cbc': ['iv'] }[row.scheme as string] ?? []
    for (const name of ['iv', 'aad'].filter((parameter) => !used.includes(parameter))) {
      expect(refusalOf(() => encrypt(key, row, plaintext, { [name]: bytes }, random()))).toEqual({
        code: 'INVALID_ARGUMENT',
        message: `encrypt with ${row.alg} takes no parameter ${name}.`,
      })
    }
    const usedToDecrypt =
      { 'aes-gcm': ['iv', 'aad', 'tag'], 'aes-cbc': ['iv'] }[row.scheme as string] ?? []
    for (const name of ['iv', 'aad', 'tag'].filter(
      (parameter) => !usedToDecrypt.includes(parameter),
    )) {
      const needed = { ...(usedToDecrypt.includes('iv') && { iv: bytes }), [name]: bytes }
      expect(codeOf(() => decrypt(key, row, bytes, needed))).toBe('INVALID_ARGUMENT')
    }
  })
})

describe('encrypt and decrypt with CBC', () => {
  const row = rowOf('A256CBC')
  const key = octTestKey(256)

  it('use the given IV, return a copy of it and draw nothing', () => {
    const iv = new Uint8Array(16).fill(3)
    const neverCalled = () => {
      throw new Error('No bytes should be drawn.')
    }
    const encrypted = encrypt(key, row, new Uint8Array(16), { iv }, neverCalled)
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

  it('keep the zeros that were added to a plaintext', () => {
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
  if (iv === undefined || tag === undefined) throw new Error('GCM returns an IV and a tag.')

  it('authenticate the AAD', () => {
    expect(decrypt(key, row, ciphertext, { iv, tag, aad })).toEqual(new Uint8Array(9))
    expect(codeOf(() => decrypt(key, row, ciphertext, { iv, tag }))).toBe('OPERATION_FAILED')
  })

  it.each([
    ['no IV', { tag }],
    ['no tag', { iv }],
    ['an IV of 16 bytes', { iv: new Uint8Array(16), tag }],
    ['a tag of 12 bytes', { iv, tag: tag.slice(0, 12) }],
  ])('reject %s', (_, parameters) => {
    expect(codeOf(() => decrypt(key, row, ciphertext, { aad, ...parameters }))).toBe(
      'INVALID_ARGUMENT',
    )
  })
})

describe.each(supporting('wrapKey'))('wrapKey and unwrapKey with $alg', (row) => {
  const keyData = new Uint8Array(32).fill(5)
  const original = Uint8Array.from(keyData)

  it('are inverse', () => {
    const wrapped = wrapKey(publicKeyFor(row), row, keyData, testRandom('wrap'))
    expect(unwrapKey(keyFor(row), row, wrapped)).toEqual(original)
    expect(keyData).toEqual(original)
    expect(wrapKey(keyFor(row), row, keyData, testRandom('wrap'))).toEqual(wrapped)
  })

  it('throw OPERATION_FAILED for altered bytes', () => {
    const wrapped = wrapKey(keyFor(row), row, keyData, testRandom('wrap'))
    expect(refusalOf(() => unwrapKey(keyFor(row), row, flipped(wrapped, 77)))).toEqual({
      code: 'OPERATION_FAILED',
      message: 'The operation failed.',
    })
  })
})

describe.each(supporting('sign'))('sign and verify with $alg', (row) => {
  const digest = digestFor(row)
  const original = Uint8Array.from(digest)
  const signature = sign(keyFor(row), row, digest, testRandom('sign'))

  it('agree', () => {
    expect(verify(publicKeyFor(row), row, digest, signature)).toBe(true)
    expect(digest).toEqual(original)
    expect(sign(keyFor(row), row, digest, testRandom('sign'))).toEqual(signature)
  })

  it('detect another digest and an altered signature', () => {
    expect(verify(keyFor(row), row, flipped(digest, 9), signature)).toBe(false)
    expect(verify(keyFor(row), row, digest, flipped(signature, 9))).toBe(false)
  })

  it('return false for a signature of another length', () => {
    expect(verify(keyFor(row), row, digest, signature.subarray(1))).toBe(false)
    expect(verify(keyFor(row), row, digest, new Uint8Array(0))).toBe(false)
  })
})

describe.each(supporting('sign').filter((row) => 'digestLength' in row && row.digestLength))(
  'the digest of $alg',
  (row) => {
    it.each([-1, 1])('is rejected when %i byte longer', (difference) => {
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
    'is not supported by $alg',
    (row) => {
      expect(refusalOf(() => run(keyFor(row), row))).toEqual({
        code: 'INVALID_ARGUMENT',
        message: `${row.alg} does not support ${operation}.`,
      })
    },
  )

  it.each(supporting(operation))('with $alg rejects a key of another type', (row) => {
    const others: readonly KeyMaterial[] = [rsaTestKey(2048), ecTestKey('P-256'), octTestKey(256)]
    for (const key of others.filter(({ kty }) => kty !== row.kty)) {
      expect(refusalOf(() => run(key, row))).toEqual({
        code: 'INVALID_ARGUMENT',
        message: `${row.alg} needs a key of type ${row.kty}, not ${key.kty}.`,
      })
    }
  })

  it('rejects a row of an unknown scheme', () => {
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
  ])('%s rejects a key on %s', (alg, crv) => {
    expect(refusalOf(() => OPERATIONS.verify(ecTestKey(crv), rowOf(alg))).message).toContain(crv)
  })

  it.each([
    ['A128GCM', 256],
    ['A256CBC', 128],
    ['A192KW', 256],
  ])('%s rejects a key of %i bits', (alg, bits) => {
    const operation = alg.endsWith('KW') ? OPERATIONS.wrapKey : OPERATIONS.encrypt
    expect(codeOf(() => operation(octTestKey(bits), rowOf(alg)))).toBe('INVALID_ARGUMENT')
  })

  it.each(['CKM_AES_KEY_WRAP', 'CKM_AES_KEY_WRAP_PAD'])('%s accepts only AES keys', (alg) => {
    const key = makeOctKey(new Uint8Array(64))
    expect(refusalOf(() => OPERATIONS.wrapKey(key, rowOf(alg))).message).toBe(
      `${alg} needs a key of 128, 192 or 256 bits, not 512.`,
    )
  })

  it.each([128, 192, 256])('CKM_AES_KEY_WRAP_PAD accepts a key of %i bits', (bits) => {
    expect(OPERATIONS.wrapKey(octTestKey(bits), rowOf('CKM_AES_KEY_WRAP_PAD'))).toHaveLength(24)
  })

  it('HS512 accepts a key of any size', () => {
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

  it.each(ALL)('is accepted by $alg, and the results are plain arrays', (row) => {
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
