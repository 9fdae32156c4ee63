import { describe, expect, it } from 'vitest'
import { modPow } from '../../src/numbers/modular-exponentiation.ts'
import { makeRsaKey, makeRsaPublicKey } from '../../src/rsa/make-rsa-key.ts'
import { createBlinding } from '../../src/rsa/rsa-blinding.ts'
import {
  applyPrivateExponent,
  applyPublicExponent,
  rsaPublicNumbers,
} from '../../src/rsa/rsa-primitives.ts'
import { Secret } from '../../src/secret.ts'
import { codeOf } from '../refusal.ts'
import { rsaTestKey } from '../test-keys.ts'

const key = rsaTestKey(1024)
const numbers = Secret.reveal(key.privateKey)

describe('applyPrivateExponent', () => {
  it.each([0n, 1n, 2n, numbers.n - 1n, numbers.p, numbers.q])('is c^d mod n (%#)', (c) => {
    expect(applyPrivateExponent(key, c)).toBe(modPow(c, numbers.d, numbers.n))
  })

  it('is still right after the blinding is redrawn', () => {
    for (let m = 2n; m < 102n; m++) {
      expect(applyPrivateExponent(key, applyPublicExponent(key, m))).toBe(m)
    }
  })

  it('is right if p is below q', () => {
    const { n, e, d, p, q, dp, dq } = numbers
    const qi = modPow(p, q - 2n, q)
    const swapped = makeRsaKey({ n, e, d, p: q, q: p, dp: dq, dq: dp, qi })
    expect(applyPrivateExponent(swapped, 12345n)).toBe(modPow(12345n, d, n))
  })

  it('needs the private part', () => {
    const publicKey = makeRsaPublicKey(numbers.n, numbers.e)
    expect(codeOf(() => applyPrivateExponent(publicKey, 2n))).toBe('INVALID_ARGUMENT')
  })

  it.each(['p', 'q', 'dp', 'dq', 'qi'] as const)(
    'returns nothing that was computed with a wrong %s',
    (member) => {
      const damaged = makeRsaKey({ ...numbers, [member]: numbers[member] ^ 2n })
      expect(codeOf(() => applyPrivateExponent(damaged, 12345n))).toBe('OPERATION_FAILED')
    },
  )
})

describe('rsaPublicNumbers', () => {
  it.each([1024, 8192])('accepts a modulus of %i bits', (bits) => {
    expect(rsaPublicNumbers(makeRsaPublicKey((1n << BigInt(bits)) - 1n, 3n)).k).toBe(bits / 8)
  })

  it.each([1023, 8193])('rejects a modulus of %i bits', (bits) => {
    const outside = makeRsaPublicKey((1n << BigInt(bits)) - 1n, 3n)
    expect(codeOf(() => rsaPublicNumbers(outside))).toBe('INVALID_ARGUMENT')
  })

  it('rounds up to whole bytes', () => {
    expect(rsaPublicNumbers(makeRsaPublicKey(1n << 1024n, 3n)).k).toBe(129)
  })
})

describe('createBlinding', () => {
  const { n, e } = numbers
  const raise = (base: bigint) => modPow(base, e, n)

  it('returns another mask at every call, and its inverse', () => {
    const blinding = createBlinding(numbers)
    const masks = new Set<bigint>()
    for (let i = 0; i < 70; i++) {
      const { mask, unmask } = blinding(5n, raise)
      expect((mask * modPow(unmask, e, n)) % n).toBe(1n)
      masks.add(mask)
    }
    expect(masks.size).toBe(70)
  })

  it('redraws after 32 squarings', () => {
    const blinding = createBlinding(numbers)
    let previous = blinding(5n, raise).mask
    const squares = Array.from({ length: 69 }, () => {
      const { mask } = blinding(5n, raise)
      const isSquare = mask === (previous * previous) % n
      previous = mask
      return isSquare
    })
    // The draws are at calls 1, 33 and 65.
    expect(squares.flatMap((isSquare, i) => (isSquare ? [] : [i + 2]))).toEqual([33, 65])
  })

  it('starts differently for another first input', () => {
    expect(createBlinding(numbers)(5n, raise).mask).not.toBe(
      createBlinding(numbers)(6n, raise).mask,
    )
  })

  it('starts differently for another key', () => {
    const other = createBlinding({ ...numbers, d: numbers.d + 1n })
    expect(createBlinding(numbers)(5n, raise).mask).not.toBe(other(5n, raise).mask)
  })

  it('fails if every number that can be drawn has a common divisor with n', () => {
    expect(codeOf(() => createBlinding({ ...numbers, n: 6n })(5n, raise))).toBe('OPERATION_FAILED')
  })
})
