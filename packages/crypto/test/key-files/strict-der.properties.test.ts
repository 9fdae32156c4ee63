/** Files with changed elements: what is accepted here, OpenSSL (in node:crypto) accepts as well. */

import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { concatBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  writeElement,
  writeInteger,
  writeNull,
  writeSequence,
} from '../../src/encoding/write-der.ts'
import { importCertificateKey } from '../../src/key-files/certificate.ts'
import { importEncryptedPkcs8 } from '../../src/key-files/encrypted-pkcs8.ts'
import { importPkcs1 } from '../../src/key-files/pkcs1.ts'
import { importPkcs8 } from '../../src/key-files/pkcs8.ts'
import { importSec1 } from '../../src/key-files/sec1.ts'
import { importSpki } from '../../src/key-files/spki.ts'
import { fixtureDer, PASSWORD } from '../fixture.ts'
import { runs } from '../runs.ts'
import { elementIn, parseTree, placesIn, writeTree, writeWith } from './der-tree.ts'

type Use = (der: Uint8Array) => unknown

const nodePrivate =
  (type: 'pkcs1' | 'pkcs8' | 'sec1'): Use =>
  (der) =>
    createPrivateKey({ key: Buffer.from(der), format: 'der', type, passphrase: PASSWORD })
const nodePublic: Use = (der) =>
  createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
const encrypted: Use = (der) => importEncryptedPkcs8(der, PASSWORD)

interface Sample {
  /** A fixture. */
  readonly name: string
  readonly read: Use
  /** The reader of node:crypto. */
  readonly openssl: Use
  /** How deep changes go: the values inside names and extensions of certificates are not evaluated here. */
  readonly depth?: number
}

const SAMPLES: readonly Sample[] = [
  { name: 'rsa.pkcs8', read: importPkcs8, openssl: nodePrivate('pkcs8') },
  { name: 'p256.pkcs8', read: importPkcs8, openssl: nodePrivate('pkcs8') },
  { name: 'rsa.pkcs1', read: importPkcs1, openssl: nodePrivate('pkcs1') },
  { name: 'p256.sec1', read: importSec1, openssl: nodePrivate('sec1') },
  { name: 'rsa.spki', read: importSpki, openssl: nodePublic },
  { name: 'p256.spki', read: importSpki, openssl: nodePublic },
  { name: 'p256.pbes2-hmac-SHA256-aes256', read: encrypted, openssl: nodePrivate('pkcs8') },
  { name: 'p256.pbes2-scrypt-aes256', read: encrypted, openssl: nodePrivate('pkcs8') },
  { name: 'p256.pbes2-des3', read: encrypted, openssl: nodePrivate('pkcs8') },
  { name: 'p256.pkcs12-3des', read: encrypted, openssl: nodePrivate('pkcs8') },
  {
    name: 'certificate',
    read: importCertificateKey,
    openssl: (der) => new X509Certificate(Buffer.from(der)).publicKey,
    depth: 2,
  },
]

const accepts = (use: Use, der: Uint8Array): boolean => {
  try {
    use(der)
    return true
  } catch {
    return false
  }
}

/** Elements to insert, among them some that belong somewhere. */
const piece = fc.constantFrom(
  writeNull(),
  writeInteger(0),
  writeInteger(1),
  writeInteger(32),
  writeSequence(),
  writeElement(0x31, new Uint8Array()),
  writeElement(0x04, new Uint8Array()),
  writeElement(0x01, Uint8Array.of(0xff)),
  writeElement(0xa0, new Uint8Array()),
  writeElement(0xa1, new Uint8Array()),
  writeElement(0x81, Uint8Array.of(0, 1)),
)

const change = fc.record({
  where: fc.nat(1000),
  at: fc.nat(8),
  kind: fc.constantFrom('insert', 'remove', 'replace', 'retag', 'swap'),
  piece,
  tag: fc.constantFrom(
    0x01,
    0x02,
    0x03,
    0x04,
    0x05,
    0x06,
    0x0c,
    0x30,
    0x31,
    0xa0,
    0xa1,
    0x80,
    0x81,
  ),
})

type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never

function apply(
  der: Uint8Array,
  depth: number,
  { where, at, kind, piece: extra, tag: newTag }: Change,
): Uint8Array {
  const tree = parseTree(der, true)
  const places = placesIn(tree).filter(
    (place) => place.length <= depth && elementIn(tree, place).children !== undefined,
  )
  const place = places[where % places.length] ?? []
  return writeWith(tree, place, ({ tag, prefix, children = [] }) => {
    const parts = children.map(writeTree)
    const index = at % (parts.length + 1)
    const changed = {
      insert: () => parts.toSpliced(index, 0, extra),
      remove: () => parts.toSpliced(index, 1),
      replace: () => parts.toSpliced(index, 1, extra),
      retag: () => parts.map((part, i) => (i === index ? part.with(0, newTag) : part)),
      swap: () => [...parts.slice(index), ...parts.slice(0, index)],
    }[kind]()
    return writeElement(tag, concatBytes(prefix, ...changed))
  })
}

describe('a file with a changed element', () => {
  it.each(SAMPLES)(
    '$name: accepted here only if OpenSSL accepts it',
    ({ name, read, openssl, depth = 9 }) => {
      const der = fixtureDer(name)
      expect([accepts(read, der), accepts(openssl, der)]).toEqual([true, true])
      fc.assert(
        fc.property(change, (one) => {
          const changed = apply(der, depth, one)
          if (accepts(read, changed)) expect(accepts(openssl, changed)).toBe(true)
        }),
        runs(name.includes('scrypt') ? 60 : 300),
      )
    },
  )
})
