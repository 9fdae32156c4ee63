import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  decrypt,
  encrypt,
  forkHsm,
  getKey,
  type Hsm,
  HsmError,
  importKey,
  restoreKey,
  sign,
  unwrapKey,
  verify,
  wrapKey,
} from '../../src/index.ts'
import { CURVES, ecJwk, rsaJwk } from '../known-keys.ts'
import { runs } from '../runs.ts'
import { testHsm } from '../test-hsm.ts'

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength })

const anyBits = fc.constantFrom(128, 192, 256)

/** An HSM with this symmetric key in it, permitted everything. */
function withOct(k: Uint8Array): Hsm {
  const { hsm } = testHsm()
  importKey(hsm, 'k', { kty: 'oct', k: Buffer.from(k).toString('base64url') }, { keyOps: SIX })
  return hsm
}

const SIX = ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'] as const

const anyOct = anyBits.chain((bits) => bytes(bits / 8, bits / 8))

const same = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(b)

/** The bytes with one bit turned over; which one is any number. */
function turned(value: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(value)
  const at = bit % (8 * copy.length)
  copy[at >> 3] = (copy[at >> 3] ?? 0) ^ (1 << (at & 7))
  return copy
}

const isRefused = (call: () => unknown): boolean => {
  try {
    call()
    return false
  } catch (error) {
    if (!(error instanceof HsmError)) throw error
    return error.code === 'BadParameter'
  }
}

describe('AES-GCM', () => {
  it('decrypt inverts encrypt, for any key, plaintext and aad', () => {
    fc.assert(
      fc.property(
        anyOct,
        bytes(0, 300),
        fc.option(bytes(0, 50), { nil: undefined }),
        (k, value, aad) => {
          const hsm = withOct(k)
          const sealed = encrypt(hsm, 'k', { alg: `A${8 * k.length}GCM`, value, aad })
          expect(same(decrypt(hsm, 'k', sealed).value, value)).toBe(true)
        },
      ),
      runs(200),
    )
  })

  it('one bit turned over anywhere is refused', () => {
    fc.assert(
      fc.property(
        bytes(32, 32),
        bytes(1, 100),
        bytes(1, 20),
        fc.constantFrom('value', 'iv', 'tag', 'aad'),
        fc.nat(),
        (k, value, aad, member, bit) => {
          const hsm = withOct(k)
          const sealed = encrypt(hsm, 'k', { alg: 'A256GCM', value, aad })
          const wrong = { ...sealed, [member]: turned(sealed[member] ?? aad, bit) }
          return isRefused(() => decrypt(hsm, 'k', wrong))
        },
      ),
      runs(300),
    )
  })
})

describe('AES-CBC', () => {
  it('decrypt inverts encrypt with PKCS#7, and but for zeros without', () => {
    fc.assert(
      fc.property(anyOct, bytes(1, 300), bytes(16, 16), (k, value, iv) => {
        const hsm = withOct(k)
        const bits = 8 * k.length
        const padded = encrypt(hsm, 'k', { alg: `A${bits}CBCPAD`, value, iv })
        expect(same(decrypt(hsm, 'k', padded).value, value)).toBe(true)
        const zeros = encrypt(hsm, 'k', { alg: `A${bits}CBC`, value, iv })
        const opened = decrypt(hsm, 'k', zeros).value
        expect(opened).toHaveLength(16 * Math.ceil(value.length / 16))
        expect(same(opened.slice(0, value.length), value)).toBe(true)
        expect(opened.slice(value.length).every((byte) => byte === 0)).toBe(true)
      }),
      runs(200),
    )
  })
})

describe('AES key wrap', () => {
  it('unwrap inverts wrap, for any KEK and key', () => {
    fc.assert(
      fc.property(anyOct, bytes(1, 100), fc.integer({ min: 2, max: 12 }), (k, any, eights) => {
        const hsm = withOct(k)
        const padded = wrapKey(hsm, 'k', { alg: 'CKM_AES_KEY_WRAP_PAD', value: any })
        expect(same(unwrapKey(hsm, 'k', padded).value, any)).toBe(true)
        const whole = new Uint8Array(8 * eights).map((_, i) => any[i % any.length] ?? 0)
        for (const alg of [`A${8 * k.length}KW`, 'CKM_AES_KEY_WRAP']) {
          expect(
            same(unwrapKey(hsm, 'k', wrapKey(hsm, 'k', { alg, value: whole })).value, whole),
          ).toBe(true)
        }
      }),
      runs(200),
    )
  })

  it('one bit turned over anywhere is refused', () => {
    fc.assert(
      fc.property(
        bytes(16, 16),
        bytes(24, 24),
        fc.constantFrom('A128KW', 'CKM_AES_KEY_WRAP', 'CKM_AES_KEY_WRAP_PAD'),
        fc.nat(),
        (k, value, alg, bit) => {
          const hsm = withOct(k)
          const wrapped = wrapKey(hsm, 'k', { alg, value })
          return isRefused(() => unwrapKey(hsm, 'k', { alg, value: turned(wrapped.value, bit) }))
        },
      ),
      runs(300),
    )
  })
})

describe('HMAC', () => {
  it('verifies what it signed, and nothing with one bit turned over', () => {
    fc.assert(
      fc.property(
        anyOct,
        bytes(1, 200),
        fc.constantFrom('HS256', 'HS384', 'HS512'),
        fc.nat(),
        (k, digest, alg, bit) => {
          const hsm = withOct(k)
          const { value } = sign(hsm, 'k', { alg, value: digest })
          expect(verify(hsm, 'k', { alg, digest, value })).toBe(true)
          expect(verify(hsm, 'k', { alg, digest, value: turned(value, bit) })).toBe(false)
          expect(verify(hsm, 'k', { alg, digest: turned(digest, bit), value })).toBe(false)
        },
      ),
      runs(200),
    )
  })
})

describe('RSA', () => {
  const { hsm } = testHsm()
  importKey(hsm, 'k', rsaJwk())

  it('decrypt inverts encrypt, and one bit turned over with OAEP is refused', () => {
    fc.assert(
      fc.property(
        bytes(0, 190),
        fc.constantFrom('RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256'),
        fc.nat(),
        (value, alg, bit) => {
          const sealed = encrypt(hsm, 'k', { alg, value })
          expect(same(decrypt(hsm, 'k', sealed).value, value)).toBe(true)
          // A block of RSA1_5 may come out well by chance.
          const wrong = { alg, value: turned(sealed.value, bit) }
          expect(alg === 'RSA1_5' || isRefused(() => decrypt(hsm, 'k', wrong))).toBe(true)
        },
      ),
      runs(30),
    )
  })

  it('verifies what it signed, and nothing with one bit turned over', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(['RS256', 32], ['RS384', 48], ['PS256', 32], ['PS512', 64] as const),
        bytes(64, 64),
        fc.nat(),
        ([alg, length], random, bit) => {
          const digest = random.slice(0, Number(length))
          const { value } = sign(hsm, 'k', { alg: String(alg), value: digest })
          const question = { alg: String(alg), digest, value }
          expect(verify(hsm, 'k', question)).toBe(true)
          expect(verify(hsm, 'k', { ...question, value: turned(value, bit) })).toBe(false)
          expect(verify(hsm, 'k', { ...question, digest: turned(digest, bit) })).toBe(false)
        },
      ),
      runs(30),
    )
  })
})

describe('ECDSA', () => {
  const ROWS = [
    ['P-256', 'ES256', 32],
    ['P-384', 'ES384', 48],
    ['P-521', 'ES512', 64],
    ['P-256K', 'ES256K', 32],
  ] as const
  const { hsm } = testHsm()
  for (const crv of CURVES) importKey(hsm, crv, ecJwk(crv))

  it('verifies what it signed, and nothing with one bit turned over', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ROWS),
        bytes(64, 64),
        fc.nat(),
        ([crv, alg, length], random, bit) => {
          const digest = random.slice(0, length)
          const { value } = sign(hsm, crv, { alg, value: digest })
          expect(verify(hsm, crv, { alg, digest, value })).toBe(true)
          expect(verify(hsm, crv, { alg, digest, value: turned(value, bit) })).toBe(false)
          // P-521 takes whole digests of SHA-512, so that any bit of them counts.
          expect(verify(hsm, crv, { alg, digest: turned(digest, bit), value })).toBe(false)
        },
      ),
      runs(40),
    )
  })
})

describe('any key', () => {
  const anyText = fc.string({ maxLength: 40, unit: 'binary' })
  const anyTags = fc.dictionary(anyText, anyText, { maxKeys: 15 })
  const anyName = fc.stringMatching(/^[0-9a-zA-Z-]{1,127}$/)
  const anyWindow = fc.record(
    { nbf: fc.nat(1000), exp: fc.integer({ min: 1001, max: 2 ** 37 }), enabled: fc.boolean() },
    { requiredKeys: [] },
  )

  it('is read as it was made, and restored as it was backed up', () => {
    fc.assert(
      fc.property(anyName, anyTags, anyWindow, (name, tags, attributes) => {
        const hsm = createHsm({ seed: 's', clock: () => 0 })
        const fork = forkHsm(hsm)
        const made = createKey(hsm, name, { kty: 'oct', tags, attributes })
        expect(getKey(hsm, name)).toEqual(made)
        expect(made.attributes).toMatchObject(attributes)
        expect(Object.entries(made.tags ?? {}).toSorted()).toEqual(Object.entries(tags).toSorted())
        expect(restoreKey(fork, backupKey(hsm, name))).toEqual(made)
      }),
      runs(150),
    )
  })

  it('is refused or made, and nothing else, whatever the parameters', () => {
    fc.assert(
      fc.property(anyValue, anyValue, anyValue, (name, kty, value) => {
        const { hsm } = testHsm()
        for (const member of ['keySize', 'crv', 'publicExponent', 'keyOps', 'attributes', 'tags']) {
          for (const type of ['EC', 'oct', kty]) {
            const parameters = { kty: type, [member]: value } as never
            attempt(() => createKey(hsm, 'k', parameters))
            attempt(() => createKey(hsm, name as string, parameters))
          }
        }
        attempt(() => importKey(hsm, 'k', value as never, kty as object))
        attempt(() => getKey(hsm, value as string))
      }),
      runs(60),
    )
  })

  /** Whatever can be named in a text: refusals show what they refuse. */
  const anyValue = fc.anything().filter((value) => {
    try {
      return typeof `${value}` === 'string'
    } catch {
      return false
    }
  })

  /** Runs a call, and lets no other error than a refusal through. */
  function attempt(call: () => unknown): void {
    try {
      call()
    } catch (error) {
      if (!(error instanceof HsmError)) throw error
    }
  }
})
