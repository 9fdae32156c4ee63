/** Every structure that is read, with one thing too many or of another form in each of its places. */

import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { TAG } from '../../src/encoding/read-der.ts'
import {
  writeElement,
  writeInteger,
  writeNull,
  writeSequence,
} from '../../src/encoding/write-der.ts'
import { importCertificateKey, issueCertificate } from '../../src/key-files/certificate.ts'
import { exportEncryptedPkcs8, importEncryptedPkcs8 } from '../../src/key-files/encrypted-pkcs8.ts'
import { importPkcs1 } from '../../src/key-files/pkcs1.ts'
import { importPkcs8 } from '../../src/key-files/pkcs8.ts'
import { importSec1 } from '../../src/key-files/sec1.ts'
import { importSpki } from '../../src/key-files/spki.ts'
import type { KeyMaterial } from '../../src/key-material.ts'
import { fixtureDer, PASSWORD } from '../fixture.ts'
import { codeOf } from '../refusal.ts'
import { ecTestKey, rsaTestKey, testRandom } from '../test-keys.ts'
import { type DerTree, elementIn, parseTree, placesIn, writeTree, writeWith } from './der-tree.ts'

type Read = (der: Uint8Array) => KeyMaterial

const encrypted: Read = (der) => importEncryptedPkcs8(der, PASSWORD)
const random = testRandom('strict-der')
const certificate = issueCertificate(
  {
    serialNumber: Uint8Array.of(1),
    subject: 'orders',
    publicKey: ecTestKey('P-256'),
    notBefore: '20300101000000Z',
    notAfter: '20301231235959Z',
    pathLength: 1,
  },
  { name: 'root', key: rsaTestKey(1024) },
  random,
)

/** Each structure with a file of it; strings that hold a key of another structure are opened too. */
const STRUCTURES: readonly (readonly [string, Read, Uint8Array])[] = [
  ['PrivateKeyInfo of RSA, RSAPrivateKey inside', importPkcs8, fixtureDer('rsa.pkcs8')],
  ['PrivateKeyInfo of EC, ECPrivateKey inside', importPkcs8, fixtureDer('p256.pkcs8')],
  ['RSAPrivateKey', importPkcs1, fixtureDer('rsa.pkcs1')],
  ['RSAPublicKey', importPkcs1, fixtureDer('rsa.pkcs1-public')],
  ['ECPrivateKey', importSec1, fixtureDer('p256.sec1')],
  ['SubjectPublicKeyInfo of RSA', importSpki, fixtureDer('rsa.spki')],
  ['SubjectPublicKeyInfo of EC', importSpki, fixtureDer('p256.spki')],
  ['PBES2 with PBKDF2 and AES', encrypted, fixtureDer('p256.pbes2-hmac-SHA256-aes256')],
  ['PBES2 with scrypt and AES', encrypted, fixtureDer('p256.pbes2-scrypt-aes256')],
  ['PBES2 with PBKDF2 and triple DES', encrypted, fixtureDer('p256.pbes2-des3')],
  ['PBES2 with scrypt and triple DES', encrypted, fixtureDer('p256.pbes2-scrypt-des3')],
  ['PBES1 with triple DES', encrypted, fixtureDer('p256.pkcs12-3des')],
  [
    'PBES2 as it is written here',
    encrypted,
    exportEncryptedPkcs8(ecTestKey('P-256'), PASSWORD, { random, iterations: 1 }),
  ],
  ['Certificate', importCertificateKey, certificate],
]

const EXTRA = [
  ['NULL', writeNull()],
  ['INTEGER', writeInteger(0)],
  ['SEQUENCE', writeSequence()],
] as const

/** An element with its length in one byte more than it takes. */
function withLongLength(element: DerTree): Uint8Array {
  const der = writeTree(element)
  const first = der[1] ?? 0
  if (first < 0x80) return concatBytes(der.subarray(0, 1), Uint8Array.of(0x81), der.subarray(1))
  return concatBytes(der.subarray(0, 1), Uint8Array.of(first + 1, 0), der.subarray(2))
}

/** Identifiers differ in their codes, since an unknown one is unsupported: here nothing but the form changes. */
const isRefused = (read: Read, der: Uint8Array) =>
  expect(codeOf(() => read(der))).toBe('INVALID_KEY')

describe.each(STRUCTURES)('%s', (name, read, der) => {
  const tree = parseTree(der, name !== 'Certificate')
  const places = placesIn(tree)
  const containers = places.filter((place) => elementIn(tree, place).children !== undefined)

  it('is read as it is', () => {
    expect(writeTree(tree)).toEqual(der)
    expect(read(der).kty).toMatch(/RSA|EC/)
  })

  it.each(EXTRA)('with one more %s anywhere is refused', (_, extra) => {
    expect(containers.length).toBeGreaterThan(0)
    for (const place of containers) {
      const count = elementIn(tree, place).children?.length ?? 0
      for (let at = 0; at <= count; at++) {
        const changed = writeWith(tree, place, ({ tag, prefix, children = [] }) => {
          const parts = children.map(writeTree).toSpliced(at, 0, extra)
          return writeElement(tag, concatBytes(prefix, ...parts))
        })
        isRefused(read, changed)
      }
    }
  })

  it('with the same element twice is refused', () => {
    for (const place of containers.filter((path) => !isListOf(tree, path))) {
      const changed = writeWith(tree, place, ({ tag, prefix, children = [] }) => {
        const parts = children.flatMap((child, i) =>
          i === children.length - 1 ? [writeTree(child), writeTree(child)] : [writeTree(child)],
        )
        return writeElement(tag, concatBytes(prefix, ...parts))
      })
      isRefused(read, changed)
    }
  })

  it('with a length that is not minimal anywhere is refused', () => {
    for (const place of places) isRefused(read, writeWith(tree, place, withLongLength))
  })

  it('with an integer that is not minimal is refused', () => {
    const integers = places.filter((place) => elementIn(tree, place).tag === TAG.integer)
    for (const place of integers) {
      const changed = writeWith(tree, place, ({ tag, content }) =>
        writeElement(tag, concatBytes(Uint8Array.of(0), content)),
      )
      isRefused(read, changed)
    }
  })

  it('with bytes after its end is refused', () => {
    isRefused(read, concatBytes(der, Uint8Array.of(0)))
    isRefused(read, concatBytes(der, writeNull()))
  })
})

/** The structures with NULL in them, except certificates, whose signature algorithms may have any parameters. */
const WITH_NULL = STRUCTURES.filter(
  ([name, , der]) => name !== 'Certificate' && nullsIn(parseTree(der, true)).length > 0,
)

describe.each(WITH_NULL)('%s, where NULL belongs', (_, read, der) => {
  const tree = parseTree(der, true)

  it.each([
    ['an integer', writeInteger(0)],
    ['a sequence', writeSequence()],
    ['an empty string', writeElement(TAG.octetString, new Uint8Array())],
    ['a NULL of one byte', Uint8Array.of(TAG.null, 1, 0)],
  ])('is refused with %s', (__, other) => {
    for (const place of nullsIn(tree))
      isRefused(
        read,
        writeWith(tree, place, () => other),
      )
  })
})

it('NULL belongs in five of the structures', () => {
  expect(WITH_NULL).toHaveLength(5)
})

function nullsIn(tree: DerTree): readonly (readonly number[])[] {
  return placesIn(tree).filter((place) => elementIn(tree, place).tag === TAG.null)
}

/** Names and extensions are lists: one more of the same is another value, not another structure. */
function isListOf(tree: DerTree, place: readonly number[]): boolean {
  const [first, ...others] = elementIn(tree, place).children ?? []
  return first !== undefined && others.every(({ tag }) => tag === first.tag && tag >= 0x30)
}

describe('the published example of an extra element', () => {
  it('a NULL after the parameters of PBES2 is refused', () => {
    expect(codeOf(() => importEncryptedPkcs8(hexToBytes(EXTRA_NULL), 'pw'))).toBe('INVALID_KEY')
  })

  it('without that NULL opens', () => {
    const hex = EXTRA_NULL.replace('3081f53060', '3081f3305e').replace('0500048190', '048190')
    expect(importEncryptedPkcs8(hexToBytes(hex), 'pw').kty).toBe('EC')
  })
})

/** PBES2 with PBKDF2 and AES-256; its AlgorithmIdentifier has a third element. */
const EXTRA_NULL =
  '3081f5306006092a864886f70d01050d3051303006092a864886f70d01050c30230410143f9aeedc80fd2590cc4269c8754d0e020101300c06082a864886f70d02090500301d060960864801650304012a041092df9cea9e319360fff1de472d70450005000481906ac874391024773a7da4b0fdd06a619b3e77c2dc73be895b25a106caa29e6eddb945c867258d7d99202f39d4a45ec6d3f0642cee303438ada282db3f0db012624dbebaf5cef3660707b05c9e458d1418a6e5c38d7996b51e404e604c31bcff22344c644ee15954b61be0768857ac62f6f6daaaa280e90df4d92e125f302dd6e5d0ade3ce22eeb355ac344163401aada2'
