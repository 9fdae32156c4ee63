import { createCipheriv, createPrivateKey, pbkdf2Sync } from 'node:crypto'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { readDer, readSequence } from '../../src/encoding/read-der.ts'
import {
  writeInteger,
  writeNull,
  writeOctetString,
  writeOid,
  writeSequence,
} from '../../src/encoding/write-der.ts'
import { exportEncryptedPkcs8, importEncryptedPkcs8 } from '../../src/key-files/encrypted-pkcs8.ts'
import { exportPkcs8, importPkcs8 } from '../../src/key-files/pkcs8.ts'
import { exportJwk } from '../../src/keys/export-jwk.ts'
import type { RandomSource } from '../../src/random/random-source.ts'
import { makeRsaPublicKey } from '../../src/rsa/make-rsa-key.ts'
import { fixtureDer, PASSWORD } from '../fixture.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { ecTestKey, octTestKey, testRandom } from '../test-keys.ts'

const key = ecTestKey('P-256')
const random = testRandom('encrypted-pkcs8')
const SALT = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const IV = new Uint8Array(16).fill(9)
const PBES2 = writeOid('1.2.840.113549.1.5.13')
const PBKDF2 = writeOid('1.2.840.113549.1.5.12')
const SCRYPT = writeOid('1.3.6.1.4.1.11591.4.11')
const AES256 = writeOid('2.16.840.1.101.3.4.1.42')

interface Parts {
  readonly scheme?: Uint8Array
  readonly kdf?: Uint8Array
  readonly cipher?: Uint8Array
  readonly ciphertext?: Uint8Array
  readonly more?: readonly Uint8Array[]
}

/** EncryptedPrivateKeyInfo of PBKDF2 with HMAC-SHA-1, said by saying nothing, and one iteration. */
function write({
  scheme = PBES2,
  kdf = pbkdf2(writeInteger(1)),
  cipher = writeSequence(AES256, writeOctetString(IV)),
  ciphertext = encrypt(exportPkcs8(key)),
  more = [],
}: Parts = {}): Uint8Array {
  return writeSequence(
    writeSequence(scheme, writeSequence(kdf, cipher)),
    writeOctetString(ciphertext),
    ...more,
  )
}

const pbkdf2 = (...afterSalt: readonly Uint8Array[]) =>
  writeSequence(PBKDF2, writeSequence(writeOctetString(SALT), ...afterSalt))
const scrypt = (...numbers: readonly (number | bigint)[]) =>
  writeSequence(SCRYPT, writeSequence(writeOctetString(SALT), ...numbers.map(writeInteger)))

function encrypt(plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(PASSWORD, SALT, 1, 32, 'sha1'), IV)
  return Buffer.concat([cipher.update(plaintext), cipher.final()])
}

const refusal = (parts: Parts, password = PASSWORD) =>
  refusalOf(() => importEncryptedPkcs8(write(parts), password))
const problem = (parts: Parts) => {
  const { code, message } = refusal(parts)
  expect(code).toBe('INVALID_KEY')
  return message
}

describe('EncryptedPrivateKeyInfo', () => {
  it('uses HMAC-SHA-1 where no PRF is named', () => {
    expect(exportJwk(importEncryptedPkcs8(write(), PASSWORD))).toEqual(exportJwk(key))
  })

  it('may state the length of the key', () => {
    const der = write({ kdf: pbkdf2(writeInteger(1), writeInteger(32)) })
    expect(exportJwk(importEncryptedPkcs8(der, PASSWORD))).toEqual(exportJwk(key))
  })

  it('may name HMAC-SHA-1 without parameters', () => {
    const der = write({
      kdf: pbkdf2(writeInteger(1), writeSequence(writeOid('1.2.840.113549.2.7'))),
    })
    expect(exportJwk(importEncryptedPkcs8(der, PASSWORD))).toEqual(exportJwk(key))
  })

  it('opens with the bytes of the password as with its text', () => {
    const read = importEncryptedPkcs8(write(), utf8ToBytes(PASSWORD))
    expect(exportJwk(read)).toEqual(exportJwk(key))
  })

  it.each(['', 'Swordfish', 'swordfish '])('does not open with %j', (password) => {
    expect(refusal({}, password).code).toBe('WRONG_PASSWORD')
  })

  it('gives one answer for a wrong password, wrong padding, damage and a kind not supported', () => {
    const inside = [
      new Uint8Array(100),
      exportPkcs8(key).subarray(1),
      fixtureDer('ed25519.pkcs8'),
      fixtureDer('p256.spki'),
      fixtureDer('rsa512.pkcs8'),
    ]
    const wrong = refusal({}, 'wrong')
    expect(wrong.code).toBe('WRONG_PASSWORD')
    for (const plaintext of inside) {
      expect(refusal({ ciphertext: encrypt(plaintext) })).toEqual(wrong)
    }
    expect(refusal({ ciphertext: new Uint8Array(160) })).toEqual(wrong)
  })

  it.each([0, 1, 15, 33])(
    'of %i bytes, which are not whole blocks, is refused before all work',
    (length) => {
      expect(problem({ ciphertext: new Uint8Array(length) })).toContain('whole blocks')
    },
  )

  it('with a third element is refused', () => {
    expect(problem({ more: [writeNull()] })).toContain('more than 2 elements')
  })

  it('with an IV of another length is refused', () => {
    const cipher = writeSequence(AES256, writeOctetString(IV.subarray(1)))
    expect(problem({ cipher })).toContain('16 bytes')
  })

  it('with a key length that is not the cipher’s is refused', () => {
    expect(problem({ kdf: pbkdf2(writeInteger(1), writeInteger(16)) })).toContain('key length')
  })

  it('without iterations is refused', () => {
    expect(problem({ kdf: pbkdf2() })).toContain('iteration count')
  })

  it('with two PRFs is refused', () => {
    const prf = writeSequence(writeOid('1.2.840.113549.2.7'))
    expect(problem({ kdf: pbkdf2(writeInteger(1), prf, prf) })).toContain('do not belong')
  })

  it('with a fifth scrypt parameter is refused', () => {
    expect(problem({ kdf: scrypt(2, 1, 1, 32, 5) })).toContain('do not belong')
  })

  it('with a salt from elsewhere is refused', () => {
    const kdf = writeSequence(PBKDF2, writeSequence(writeSequence(), writeInteger(1)))
    expect(problem({ kdf })).toContain('the salt')
  })

  it.each([
    ['p256.pbes1-md5-des', 'PBES1 (MD5 and DES)'],
    ['p256.pbes1-sha1-des', 'PBES1 (SHA-1 and DES)'],
    ['p256.pbes1-sha1-rc2', 'PBES1 (SHA-1 and RC2)'],
    ['p256.pkcs12-rc2', 'PKCS#12 PBE (SHA-1 and RC2)'],
    ['p256.pbes2-des', 'DES'],
    ['p256.pbes2-hmac-SHA512-256', 'the PRF 1.2.840.113549.2.13'],
  ])(
    'in the form %s is unsupported: the text names %s and says how to encrypt it again',
    (name, scheme) => {
      const { code, message } = refusalOf(() => importEncryptedPkcs8(fixtureDer(name), PASSWORD))
      expect(code).toBe('UNSUPPORTED_KEY')
      expect(message).toContain(`Keys encrypted with ${scheme} are not supported.`)
      expect(message).toContain('openssl pkcs8 -topk8 -v2 aes-256-cbc')
    },
  )

  it.each([
    ['a scheme', { scheme: writeOid('1.2.3') }, '1.2.3'],
    ['a cipher', { cipher: writeSequence(writeOid('1.2.4'), writeOctetString(IV)) }, '1.2.4'],
    ['a derivation', { kdf: writeSequence(writeOid('1.2.5'), writeSequence()) }, '1.2.5'],
    ['DES', { cipher: writeSequence(writeOid('1.3.14.3.2.7')) }, 'DES'],
  ])('with %s that is not supported names it', (_, parts, name) => {
    const { code, message } = refusal(parts)
    expect([code, message]).toEqual(['UNSUPPORTED_KEY', expect.stringContaining(name)])
  })

  it.each([
    ['no iterations', pbkdf2(writeInteger(0))],
    ['1,000,001 iterations of two blocks', pbkdf2(writeInteger(1_000_001))],
    ['10,000,000 iterations', pbkdf2(writeInteger(10_000_000))],
    ['iterations beyond all numbers', pbkdf2(writeInteger(1n << 8000n))],
    ['a scrypt cost of 1', scrypt(1, 8, 1)],
    ['a scrypt cost that is no power of two', scrypt(1000, 8, 1)],
    ['more than 256 MiB', scrypt(2 ** 19, 8, 1)],
    ['256 MiB 16 times', scrypt(2 ** 18, 8, 16)],
    ['a scrypt cost beyond all numbers', scrypt(1n << 8000n, 8, 1)],
    ['a scrypt block size of 0', scrypt(1024, 0, 1)],
    ['a scrypt block size of 65', scrypt(2, 65, 1)],
    ['a scrypt parallelization of 0', scrypt(1024, 8, 0)],
    ['a scrypt parallelization of 17', scrypt(1024, 8, 17)],
  ])('that asks for %s is not supported', (_, kdf) => {
    const { code, message } = refusal({ kdf })
    expect(code).toBe('UNSUPPORTED_KEY')
    expect(message).toMatch(
      /^(?:PBKDF2 with HMAC-SHA-1|scrypt) accepts .*, not .*\. Encrypt the key again/,
    )
  })

  it.each([0, 233_334, 10_000_000])(
    'of PBES1 with %i iterations is not supported',
    (iterations) => {
      const parameters = writeSequence(writeOctetString(SALT), writeInteger(iterations))
      const der = writeSequence(
        writeSequence(writeOid('1.2.840.113549.1.12.1.3'), parameters),
        writeOctetString(new Uint8Array(16)),
      )
      const { code, message } = refusalOf(() => importEncryptedPkcs8(der, PASSWORD))
      expect(code).toBe('UNSUPPORTED_KEY')
      expect(message).toContain(
        `accepts 1 to 233333 iterations for a key of 24 bytes, not ${iterations}`,
      )
    },
  )

  it('of triple DES with an IV of another length is refused', () => {
    const cipher = writeSequence(writeOid('1.2.840.113549.3.7'), writeOctetString(IV))
    expect(problem({ cipher })).toContain('8 bytes')
  })

  it('of triple DES is refused when it is not whole blocks of 8 bytes', () => {
    const cipher = writeSequence(writeOid('1.2.840.113549.3.7'), writeOctetString(SALT))
    expect(problem({ cipher, ciphertext: new Uint8Array(12) })).toContain('whole blocks')
    expect(refusal({ cipher, ciphertext: new Uint8Array(24) }).code).toBe('WRONG_PASSWORD')
  })

  it('without encryption is refused', () => {
    expect(codeOf(() => importEncryptedPkcs8(exportPkcs8(key), PASSWORD))).toBe('INVALID_KEY')
  })
})

describe('exportEncryptedPkcs8', () => {
  it('uses 600,000 iterations of HMAC-SHA-256 by default', () => {
    const der = exportEncryptedPkcs8(key, PASSWORD, { random })
    const [algorithm] = readSequence(readDer(der, 'it'), 'it')
    const hex = Buffer.from(algorithm?.content ?? []).toString('hex')
    expect(hex).toContain(`0203${(600_000).toString(16).padStart(6, '0')}`)
    expect(hex).toContain('06082a864886f70d0209')
  })

  it.each([
    ['PBKDF2', { iterations: 2 }],
    ['scrypt', { kdf: 'scrypt', cost: 16, blockSize: 2, parallelization: 1 }],
    ['scrypt with its default cost', { kdf: 'scrypt' }],
  ] as const)('under %s is read here and by node', (_, options) => {
    const der = exportEncryptedPkcs8(key, 'päßwörd', { random, ...options })
    expect(exportJwk(importEncryptedPkcs8(der, 'päßwörd'))).toEqual(exportJwk(key))
    const { x } = exportJwk(key)
    const node = createPrivateKey({
      key: Buffer.from(der),
      format: 'der',
      type: 'pkcs8',
      passphrase: 'päßwörd',
    })
    expect(node.export({ format: 'jwk' }).x).toBe(x)
  })

  it('draws a salt and an IV of 16 bytes, in this order, and nothing else', () => {
    const asked: number[] = []
    const source: RandomSource = (length) => {
      asked.push(length)
      return new Uint8Array(length).fill(asked.length)
    }
    const der = exportEncryptedPkcs8(key, PASSWORD, { random: source, iterations: 1 })
    expect(asked).toEqual([16, 16])
    const hex = Buffer.from(der).toString('hex')
    expect(hex.indexOf(`0410${'01'.repeat(16)}`)).toBeGreaterThan(0)
    expect(hex.indexOf(`0410${'02'.repeat(16)}`)).toBeGreaterThan(hex.indexOf('01'.repeat(16)))
  })

  it('gives the same bytes for the same randomness', () => {
    const make = () =>
      exportEncryptedPkcs8(key, PASSWORD, { random: testRandom('again'), iterations: 1 })
    expect(make()).toEqual(make())
  })

  it.each([
    { iterations: 0 },
    { iterations: 1.5 },
    { iterations: 1_200_001 },
    { iterations: Number.NaN },
    { kdf: 'scrypt', cost: 1000 },
    { kdf: 'scrypt', cost: 2 ** 30 },
    { kdf: 'scrypt', blockSize: 0 },
    { kdf: 'scrypt', parallelization: 100 },
    { kdf: 'scrypt', cost: 2 ** 18, parallelization: 2 },
  ] as const)('refuses %j', (options) => {
    expect(codeOf(() => exportEncryptedPkcs8(key, PASSWORD, { random, ...options }))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('refuses a symmetric key', () => {
    expect(codeOf(() => exportEncryptedPkcs8(octTestKey(128), PASSWORD, { random }))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('refuses a key without its private part', () => {
    const publicKey = makeRsaPublicKey((1n << 1023n) + 1n, 3n)
    expect(codeOf(() => exportEncryptedPkcs8(publicKey, PASSWORD, { random }))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('refuses a source that gives another length', () => {
    const short: RandomSource = () => new Uint8Array(3)
    expect(codeOf(() => exportEncryptedPkcs8(key, PASSWORD, { random: short }))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('protects what it is given: no 16 bytes of the key are in it', () => {
    const der = Buffer.from(exportEncryptedPkcs8(key, PASSWORD, { random, iterations: 1 }))
    const clear = Buffer.from(exportPkcs8(key))
    for (let at = 0; at + 16 <= clear.length; at++) {
      expect(der.includes(clear.subarray(at, at + 16))).toBe(false)
    }
    expect(exportJwk(importPkcs8(clear))).toEqual(exportJwk(key))
  })
})
