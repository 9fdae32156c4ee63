import { describe, expect, it } from 'vitest'
import { bytesToHex, combineShares, hexToBytes, splitSecret } from '../../src/index.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { testRandom } from '../test-keys.ts'

const random = testRandom('shamir')

/** Every choice of `count` of the items, in their order. */
function choices<Item>(items: readonly Item[], count: number): readonly (readonly Item[])[] {
  if (count === 0) return [[]]
  return items.flatMap((item, index) =>
    choices(items.slice(index + 1), count - 1).map((rest) => [item, ...rest]),
  )
}

/** The shares of 2a under f(x) = 42 + 100x + 200x², read by the Azure CLI's own decoder. */
const KNOWN = ['5502', '0e04', '5606', '2c08', '910a'].map(hexToBytes)

describe('the format of the shares', () => {
  it('is x << 9 | f(x), little-endian', () => {
    const coefficients = Uint8Array.of(0, 100, 0, 200)
    const made = splitSecret(Uint8Array.of(0x2a), { shares: 5, required: 3 }, () => coefficients)
    expect(made.map(bytesToHex)).toEqual(['5502', '0e04', '5606', '2c08', '910a'])
  })

  it.each(choices([0, 1, 2, 3, 4], 3))('restores 2a from shares %i, %i and %i', (...picked) => {
    expect(combineShares(picked.map((index) => KNOWN[index] as Uint8Array))).toEqual(
      Uint8Array.of(0x2a),
    )
  })

  it('takes the shares in any order', () => {
    const picked = [4, 0, 2].map((index) => KNOWN[index] as Uint8Array)
    expect(bytesToHex(combineShares(picked))).toBe('2a')
  })

  it('has nine bits for the value, which may be 256', () => {
    // f(x) = 255 + x: f(1) = 256.
    const [first, second] = splitSecret(Uint8Array.of(255), { shares: 2, required: 2 }, () =>
      Uint8Array.of(0, 1),
    ) as [Uint8Array, Uint8Array]
    expect([first, second].map(bytesToHex)).toEqual(['0003', '0004'])
    expect(combineShares([first, second])).toEqual(Uint8Array.of(255))
  })
})

describe('sharing', () => {
  it('restores all 256 bytes', () => {
    const secret = Uint8Array.from({ length: 256 }, (_, i) => i)
    const shares = splitSecret(secret, { shares: 3, required: 2 }, random)
    for (const chosen of choices(shares, 2)) expect(combineShares(chosen)).toEqual(secret)
  })

  it('restores with every choice of M shares out of N, for every N up to 6, and with more', () => {
    const secret = random(32)
    let choicesTried = 0
    for (let count = 1; count <= 6; count++) {
      for (let required = 1; required <= count; required++) {
        const shares = splitSecret(secret, { shares: count, required }, random)
        for (let given = required; given <= count; given++) {
          for (const chosen of choices(shares, given)) {
            expect(combineShares(chosen)).toEqual(secret)
            choicesTried += 1
          }
        }
      }
    }
    expect(choicesTried).toBe(321)
  })

  it('takes 126 shares, all of them required', () => {
    const secret = Uint8Array.of(0, 255)
    const shares = splitSecret(secret, { shares: 126, required: 126 }, random)
    expect(combineShares(shares)).toEqual(secret)
    expect(new Set(shares.map(bytesToHex)).size).toBe(126)
  })

  it('draws a coefficient again whose 16 bits are ffff, so that all values are equally likely', () => {
    const drawn = [Uint8Array.of(0xff, 0xff), Uint8Array.of(0xff, 0xff), Uint8Array.of(0, 7)]
    const shares = splitSecret(Uint8Array.of(1), { shares: 1, required: 1 }, random)
    expect(shares.map(bytesToHex)).toEqual(['0102'])
    const [first] = splitSecret(Uint8Array.of(1), { shares: 2, required: 2 }, () => {
      return drawn.shift() ?? new Uint8Array(2)
    }) as [Uint8Array]
    expect(bytesToHex(first)).toBe('0802')
  })

  it('does not wait forever for a source that repeats ffff', () => {
    const call = () =>
      splitSecret(Uint8Array.of(1), { shares: 2, required: 2 }, (length) =>
        new Uint8Array(length).fill(0xff),
      )
    expect(refusalOf(call).message).toBe('The random source repeats itself.')
  })

  it.each([
    [0, 0],
    [1, 0],
    [1, 2],
    [127, 2],
    [2.5, 2],
    [3, 1.5],
    [Number.NaN, 2],
  ])('is not done into %d shares with %d required', (shares, required) => {
    const call = () => splitSecret(Uint8Array.of(1), { shares, required }, random)
    expect(codeOf(call)).toBe('INVALID_ARGUMENT')
  })

  it.each([0, 65_537])('is not done for a secret of %i bytes', (length) => {
    const call = () => splitSecret(new Uint8Array(length), { shares: 2, required: 2 }, random)
    expect(codeOf(call)).toBe('INVALID_ARGUMENT')
  })
})

describe('combining', () => {
  const [one, two] = KNOWN as [Uint8Array, Uint8Array]

  it.each<[string, readonly Uint8Array[], string]>([
    ['no shares', [], 'A secret is restored from 1 to 126 shares.'],
    ['a share twice', [one, two, one], 'A share is given twice.'],
    ['shares of two lengths', [one, hexToBytes('0e040e04')], 'The shares have different lengths.'],
  ])('refuses %s', (_, shares, message) => {
    expect(refusalOf(() => combineShares(shares))).toEqual({ code: 'INVALID_ARGUMENT', message })
  })

  it.each([
    ['of no bytes', ''],
    ['of an odd length', '550201'],
    ['with the number 0', '2a00'],
    ['with two numbers', '55020e04'],
    ['with a value outside the field', '0103'],
  ])('refuses a share %s', (_, share) => {
    expect(refusalOf(() => combineShares([hexToBytes(share)]))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: 'A share is damaged: it is not one number with its values.',
    })
  })

  it('refuses shares whose common value is 256, which is no byte', () => {
    expect(codeOf(() => combineShares([hexToBytes('0003')]))).toBe('OPERATION_FAILED')
  })

  it('names an argument of a wrong type', () => {
    const call = (shares: unknown) => () => combineShares(shares as Uint8Array[])
    expect(refusalOf(call('5502')).message).toBe('The shares must be an array of Uint8Array.')
    expect(refusalOf(call(['5502'])).message).toBe('Each share must be a Uint8Array, not a string.')
  })
})
