import fc from 'fast-check'
import { expect, it } from 'vitest'
import { combineShares, isCryptoError, splitSecret } from '../../src/index.ts'
import { runs } from '../runs.ts'
import { testRandom } from '../test-keys.ts'

const random = testRandom('shamir properties')

/** A number of shares, how many are required, and a secret. */
const sharings = () =>
  fc.integer({ min: 2, max: 20 }).chain((shares) =>
    fc.record({
      shares: fc.constant(shares),
      required: fc.integer({ min: 2, max: shares }),
      secret: fc.uint8Array({ minLength: 1, maxLength: 64 }),
      order: fc.shuffledSubarray(
        Array.from({ length: shares }, (_, index) => index),
        { minLength: shares },
      ),
    }),
  )

it('any M shares restore the secret, whichever they are', () => {
  fc.assert(
    fc.property(sharings(), ({ shares, required, secret, order }) => {
      const made = splitSecret(secret, { shares, required }, random)
      const chosen = order.slice(0, required).map((index) => made[index] as Uint8Array)
      expect(combineShares(chosen)).toEqual(secret)
    }),
    runs(100),
  )
})

it('fewer than M shares fit every secret: they say nothing about it', () => {
  // With the missing shares chosen freely, M - 1 given ones lead to any value of the byte, each exactly once.
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 6 }),
      fc.integer({ min: 0, max: 255 }),
      (required, byte) => {
        const made = splitSecret(Uint8Array.of(byte), { shares: required, required }, random)
        const given = made.slice(1)
        const restored = new Set<number>()
        for (let value = 0; value < 257; value++) {
          const word = (1 << 9) | value
          const guess = Uint8Array.of(word & 0xff, word >> 8)
          try {
            restored.add(combineShares([guess, ...given])[0] as number)
          } catch (error) {
            if (!isCryptoError(error)) throw error
            restored.add(256)
          }
        }
        expect(restored.size).toBe(257)
      },
    ),
    runs(5),
  )
})

it('two sharings of one secret have different shares', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 32 }), (secret) => {
      const [a, b] = [1, 2].map(() => splitSecret(secret, { shares: 3, required: 2 }, random))
      expect(a).not.toEqual(b)
    }),
    runs(20),
  )
})
