/** Any input gives a key or a typed error. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  exportEncryptedPkcs8,
  exportJwk,
  exportPem,
  exportPkcs1,
  exportPkcs8,
  exportSec1,
  exportSpki,
  importEncryptedPkcs8,
  importJwk,
  importPem,
  importPkcs1,
  importPkcs8,
  importPublicPem,
  importSec1,
  importSpki,
  isCryptoError,
  type JsonWebKey,
  jwkThumbprint,
  type KeyMaterial,
} from '../../src/index.ts'
import { fixture, PASSWORD } from '../fixture.ts'
import { runs } from '../runs.ts'
import { ecTestKey, rsaTestKey, testRandom } from '../test-keys.ts'

const ec = ecTestKey('P-256')
const rsa = rsaTestKey(1024)
const random = testRandom('hostile')

/** Each reader of bytes with bytes that it takes. */
const READERS: readonly (readonly [
  string,
  (der: Uint8Array) => KeyMaterial,
  readonly Uint8Array[],
])[] = [
  ['importPkcs8', importPkcs8, [exportPkcs8(ec), exportPkcs8(rsa)]],
  ['importPkcs1', importPkcs1, [exportPkcs1(rsa)]],
  ['importSec1', importSec1, [exportSec1(ec)]],
  ['importSpki', importSpki, [exportSpki(ec), exportSpki(rsa)]],
  [
    'importEncryptedPkcs8',
    (der) => importEncryptedPkcs8(der, PASSWORD),
    [
      exportEncryptedPkcs8(ec, PASSWORD, { random, iterations: 1 }),
      exportEncryptedPkcs8(ec, PASSWORD, { random, kdf: 'scrypt', cost: 2 }),
    ],
  ],
]

const CODES = ['INVALID_KEY', 'UNSUPPORTED_KEY', 'WRONG_PASSWORD']

/** Returns the key, or `undefined` for a CryptoError; any other error fails the test. */
function attempt(
  read: () => KeyMaterial,
  codes: readonly string[] = CODES,
): KeyMaterial | undefined {
  try {
    return read()
  } catch (error) {
    if (!isCryptoError(error)) throw error
    expect(codes).toContain(error.code)
    return undefined
  }
}

interface Damage {
  readonly at: number
  readonly remove: number
  readonly insert: Uint8Array
}

const damage: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.record({
    at: fc.nat(2000),
    remove: fc.nat(3),
    insert: fc.uint8Array({ maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
)

/** No iteration count of 3 or 4 bytes near the start, which could take up to two seconds. */
const isCheap = (der: Uint8Array) =>
  !/020[34]/.test(Buffer.from(der.subarray(0, 70)).toString('hex'))

const apply = (bytes: Uint8Array, damages: readonly Damage[]): Uint8Array =>
  damages.reduce((damaged: Uint8Array, { at, remove, insert }) => {
    const start = at % (damaged.length + 1)
    return Buffer.concat([damaged.subarray(0, start), insert, damaged.subarray(start + remove)])
  }, bytes)

describe('untrusted bytes', () => {
  it.each(READERS)('%s takes any bytes or refuses them', (_, read) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        attempt(() => read(bytes))
      }),
      runs(300),
    )
  })

  it.each(READERS)('%s takes a damaged key or refuses it', (name, read, samples) => {
    fc.assert(
      fc.property(fc.constantFrom(...samples), damage, (bytes, damages) => {
        const damaged = apply(bytes, damages)
        fc.pre(name !== 'importEncryptedPkcs8' || isCheap(damaged))
        attempt(() => read(damaged))
      }),
      runs(name === 'importEncryptedPkcs8' ? 60 : 300),
    )
  })

  it.each(READERS)('%s refuses a key that ends anywhere but at its end', (_, read, samples) => {
    for (const bytes of samples) {
      for (let length = 0; length < bytes.length; length += bytes.length > 300 ? 7 : 1) {
        expect(attempt(() => read(bytes.subarray(0, length)))).toBeUndefined()
      }
    }
  })

  it.each(READERS.filter(([name]) => !/Spki|Encrypted/.test(name)))(
    '%s never makes another key of one flipped bit',
    (_, read, samples) => {
      fc.assert(
        fc.property(fc.constantFrom(...samples), fc.nat(), fc.nat(7), (bytes, index, bit) => {
          const at = index % bytes.length
          const flipped = bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit))
          const key = attempt(() => read(flipped))
          if (key !== undefined) expect(exportJwk(key)).toEqual(exportJwk(read(bytes)))
        }),
        runs(400),
      )
    },
  )
})

describe('an untrusted PEM', () => {
  const files = [
    'p256.pkcs8',
    'rsa.pkcs1',
    'with-parameters.sec1',
    'p256.traditional-aes128',
    'rsa.spki',
  ]
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.tuple(fc.constantFrom(...files), damage).map(([name, damages]) => {
      return Buffer.from(apply(Buffer.from(fixture(name)), damages)).toString('latin1')
    }),
    fc
      .array(
        fc.constantFrom(...fixture('p256.traditional-aes128').split('\n'), '-----BEGIN -----', ':'),
      )
      .map((lines) => lines.join('\n')),
  )

  it('is taken or refused', () => {
    fc.assert(
      fc.property(text, (pem) => {
        attempt(() => importPem(pem, { password: PASSWORD }))
        attempt(() => importPublicPem(pem))
      }),
      runs(400),
    )
  })

  it('without a password is taken or refused', () => {
    fc.assert(
      fc.property(text, (pem) => {
        attempt(() => importPem(pem), [...CODES, 'INVALID_ARGUMENT'])
      }),
      runs(200),
    )
  })

  it.each([
    ['newlines', '\n'],
    ['beginnings', '-----BEGIN PRIVATE KEY-----'],
    ['dashes', '-'],
    ['headers', '-----BEGIN PRIVATE KEY-----\na:b\n-----END PRIVATE KEY-----\n'],
  ])('of a megabyte of %s is refused', (_, part) => {
    const pem = part.repeat(Math.floor(1_048_576 / part.length))
    expect(attempt(() => importPem(pem))).toBeUndefined()
  })
})

describe('an untrusted JWK', () => {
  const MEMBERS = [
    'kty',
    'crv',
    'n',
    'e',
    'd',
    'p',
    'q',
    'dp',
    'dq',
    'qi',
    'x',
    'y',
    'k',
    'oth',
  ] as const
  const value = fc.oneof(
    fc.anything(),
    fc.base64String(),
    fc.constantFrom('AQAB', 'P-256', 'RSA', 'EC', 'oct'),
  )
  const jwk = fc
    .tuple(
      fc.constantFrom(exportJwk(ec), exportJwk(rsa), { kty: 'oct', k: 'AAAA' }),
      fc.dictionary(fc.constantFrom(...MEMBERS), value, { maxKeys: 3 }),
    )
    .map(([good, changes]) => ({ ...good, ...changes }) as JsonWebKey)

  it('is taken or refused', () => {
    fc.assert(
      fc.property(jwk, (stranger) => {
        attempt(() => importJwk(stranger))
        try {
          jwkThumbprint(stranger)
        } catch (error) {
          expect(isCryptoError(error) && CODES.includes(error.code)).toBe(true)
        }
      }),
      runs(500),
    )
  })

  it('that is no object at all is refused', () => {
    fc.assert(
      fc.property(fc.anything(), (stranger) => {
        attempt(() => importJwk(stranger as JsonWebKey))
      }),
      runs(200),
    )
  })

  it('with one changed character is refused or the same key', () => {
    const samples = [exportJwk(rsa), exportJwk(ec)]
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.nat(),
        fc.base64String({ minLength: 4, maxLength: 4 }),
        (good, which, index, [letter = 'A']) => {
          const names = Object.keys(good).filter((name) => name !== 'kty' && name !== 'crv')
          const name = names[which % names.length] as 'd'
          const text = good[name] ?? ''
          const at = index % text.length
          const changed = text.slice(0, at) + letter + text.slice(at + 1)
          const key = attempt(() => importJwk({ ...good, [name]: changed }))
          if (key !== undefined && changed !== text) expect(exportJwk(key)).toEqual(good)
        },
      ),
      runs(300),
    )
  })
})

describe('what is read', () => {
  it('is never changed nor kept', () => {
    for (const [, read, samples] of READERS) {
      for (const bytes of samples) {
        const given = Uint8Array.from(bytes)
        const before = exportJwk(read(given))
        expect(given).toEqual(bytes)
        const key = read(given)
        given.fill(0)
        expect(exportJwk(key)).toEqual(before)
      }
    }
    expect(exportPem(ec)).toContain('PRIVATE KEY')
  })
})
