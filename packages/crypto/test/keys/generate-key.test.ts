import { bytesToHex } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { bigIntToBytes } from '../../src/encoding/bytes.ts'
import { digest } from '../../src/hash/hashes.ts'
import type {
  CurveName,
  KeySpec,
  RsaPrivateKey,
  RsaPrivateNumbers,
} from '../../src/key-material.ts'
import { generateKey } from '../../src/keys/generate-key.ts'
import type { RandomSource } from '../../src/random/random-source.ts'
import { Secret } from '../../src/secret.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { rsaTestKey, testRandom } from '../test-keys.ts'

const CURVE_NAMES: readonly CurveName[] = ['P-256', 'P-384', 'P-521', 'P-256K']
const errorCode = (spec: KeySpec, random: RandomSource = testRandom('rejected')) =>
  codeOf(() => generateKey(spec, random))

describe('generateKey for RSA', () => {
  it.each([1023, 1000, 1025, 768, 8448, 2048.5, Number.NaN])('rejects %d bits', (bits) => {
    expect(errorCode({ kty: 'RSA', bits })).toBe('INVALID_ARGUMENT')
  })

  it.each([1, 2, 65536, -3, 3.5, 2 ** 53 + 2])('rejects the public exponent %d', (e) => {
    expect(errorCode({ kty: 'RSA', bits: 1024, e })).toBe('INVALID_ARGUMENT')
  })

  it('rejects a source of zeros instead of searching forever', () => {
    expect(errorCode({ kty: 'RSA', bits: 1024 }, (length) => new Uint8Array(length))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('rejects a source that leads to the same prime every time', () => {
    const random: RandomSource = (length) => new Uint8Array(length).fill(0x55)
    expect(errorCode({ kty: 'RSA', bits: 1024 }, random)).toBe('INVALID_ARGUMENT')
  })

  it('rejects a source of ones', () => {
    expect(
      errorCode({ kty: 'RSA', bits: 1024 }, (length) => new Uint8Array(length).fill(255)),
    ).toBe('INVALID_ARGUMENT')
  })

  it('defaults to the public exponent 65537', () => {
    expect(bytesToHex(rsaTestKey(1024).publicKey.e)).toBe('010001')
  })

  it('draws a start and an order for each prime, seven bases for each, and the message of the pair test', () => {
    const { p, q } = numbersOf(rsaTestKey(1024))
    const bases = Array.from({ length: 14 }, (_, i) => bigIntToBytes(BigInt(i + 2), 64))
    const script = [
      // Zeros for the order leave it as it is: the first number of the window is tested first.
      ...[bigIntToBytes(q, 64), 'order' as const],
      // Too close to the first prime: drawn again, nothing tested.
      bigIntToBytes(q, 64),
      bigIntToBytes(q - 2048n, 64),
      // Below the square root of 2 times 2^511, and too close to 2^512 for a window: drawn again.
      bigIntToBytes(1n << 511n, 64),
      bigIntToBytes((1n << 512n) - 2047n, 64),
      ...[bigIntToBytes(p, 64), 'order' as const],
      ...bases,
      bigIntToBytes(2n, 128),
    ]
    const key = generateKey({ kty: 'RSA', bits: 1024 }, scripted(script))
    expect(script).toHaveLength(0)
    expect(numbersOf(key)).toEqual(numbersOf(rsaTestKey(1024)))
  })
})

describe.each(CURVE_NAMES)('generateKey on %s', (crv) => {
  it('rejects a source that is never below the order', () => {
    expect(errorCode({ kty: 'EC', crv }, (length) => new Uint8Array(length).fill(255))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('draws again if a value is not below the order', () => {
    let draws = 0
    const key = generateKey({ kty: 'EC', crv }, (length) =>
      new Uint8Array(length).fill(draws++ === 0 ? 255 : 0),
    )
    expect(draws).toBe(2)
    expect(secretHexOf(key)).toMatch(/^0+1$/)
  })
})

describe('generateKey of other types', () => {
  it.each([0, 64, 129, 512])('rejects a symmetric key of %i bits', (bits) => {
    expect(errorCode({ kty: 'oct', bits })).toBe('INVALID_ARGUMENT')
  })

  it.each([128, 192, 256])('uses the drawn bytes as a symmetric key of %i bits', (bits) => {
    const key = generateKey({ kty: 'oct', bits }, testRandom('bytes'))
    expect(secretHexOf(key)).toBe(bytesToHex(testRandom('bytes')(bits / 8)))
  })

  it('rejects an unknown curve', () => {
    expect(errorCode({ kty: 'EC', crv: 'P-224' as CurveName })).toBe('INVALID_ARGUMENT')
    expect(errorCode({ kty: 'EC', crv: 'constructor' as CurveName })).toBe('INVALID_ARGUMENT')
  })

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a string', 'RSA'],
    ['a function', () => ({ kty: 'RSA' })],
  ])('rejects a spec that is %s', (_, spec) => {
    expect(errorCode(spec as unknown as KeySpec)).toBe('INVALID_ARGUMENT')
  })

  it.each([undefined, null, 5, new Uint8Array(16)])('rejects the random source %j', (random) => {
    const call = () => generateKey({ kty: 'oct', bits: 128 }, random as unknown as RandomSource)
    expect(refusalOf(call).message).toMatch(/^The random source must be a function, not /)
  })

  it.each([null, 'bytes', [1, 2]])('rejects a random source that returns %j', (bytes) => {
    const random = () => bytes as unknown as Uint8Array
    const call = () => generateKey({ kty: 'oct', bits: 128 }, random)
    expect(refusalOf(call).message).toMatch(/^The result of the random source must be a Uint8Array/)
  })

  it('rejects an unknown type', () => {
    expect(errorCode({ kty: 'OKP' } as unknown as KeySpec)).toBe('INVALID_ARGUMENT')
  })
})

describe('generateKey from a seed', () => {
  const fingerprint = (spec: KeySpec) =>
    bytesToHex(digest('SHA-256', secretBytesOf(generateKey(spec, testRandom('a seed'))))).slice(
      0,
      32,
    )

  it('generates the same key on every machine', () => {
    expect({
      rsa: fingerprint({ kty: 'RSA', bits: 1024 }),
      rsa3: fingerprint({ kty: 'RSA', bits: 1280, e: 3 }),
      p256: fingerprint({ kty: 'EC', crv: 'P-256' }),
      p384: fingerprint({ kty: 'EC', crv: 'P-384' }),
      p521: fingerprint({ kty: 'EC', crv: 'P-521' }),
      p256k: fingerprint({ kty: 'EC', crv: 'P-256K' }),
      oct: fingerprint({ kty: 'oct', bits: 256 }),
    }).toMatchInlineSnapshot(`
      {
        "oct": "807a11764e59a5a0bbe30e5e131dbc92",
        "p256": "1a180d508db8732f1d972e432967cd85",
        "p256k": "1a180d508db8732f1d972e432967cd85",
        "p384": "69bd4189584c840001cd221a35b2f57a",
        "p521": "5369a07ebfb617bed757a8cb94bf356f",
        "rsa": "c960207866bd2ec7041331c233dc4c3a",
        "rsa3": "8ff16097f7d4182d822f74a172c1dd88",
      }
    `)
  })
})

/** A source that returns the next array of the script; `order` is zeros of any length. */
function scripted(script: (Uint8Array | 'order')[]): RandomSource {
  return (length) => {
    const next = script.shift()
    if (next === 'order') return new Uint8Array(length)
    if (next?.length !== length)
      throw new Error(`The script does not continue with ${length} bytes.`)
    return next
  }
}

const numbersOf = ({ privateKey }: RsaPrivateKey): RsaPrivateNumbers => Secret.reveal(privateKey)

function secretBytesOf(key: ReturnType<typeof generateKey>): Uint8Array {
  if (key.kty === 'oct') return Secret.reveal(key.secretKey)
  if (key.kty === 'RSA') return bigIntToBytes(numbersOf(key).p, key.bits / 16)
  return Secret.reveal(key.privateKey)
}

const secretHexOf = (key: ReturnType<typeof generateKey>) => bytesToHex(secretBytesOf(key))
