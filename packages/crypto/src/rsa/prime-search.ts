/** The search for a prime of an RSA key: windows of odd numbers, a sieve, Fermat's test in random order. */

import { bytesToBigInt } from '../encoding/bytes.ts'
import { gcd, integerSquareRoot } from '../numbers/number-theory.ts'
import { oddPrimesBelow } from '../numbers/small-primes.ts'
import { brokenSource, drawBytes, type RandomSource } from '../random/random-source.ts'
import { rsaEngine } from './engine/choose-rsa-engine.ts'

/** What prime is looked for. */
export interface PrimeRequest {
  /** Length of the modulus, twice that of the prime. */
  readonly modulusBits: number
  /** Public exponent, to which the prime less one has no common divisor. */
  readonly e: bigint
  /** The prime that was found before, from which this one keeps its distance. */
  readonly other?: bigint
}

/**
 * Finds a number that is all but surely prime: it has no small divisor and passes Fermat's test to base 2.
 *
 * A window of odd numbers begins at a random one. What the sieve leaves of it is tested in random order, until
 * one passes. Range, distance and the condition on e are those of FIPS 186-5 appendix A.1.3; the draws are not:
 * there every candidate is drawn by itself. `docs/decisions/0007` says what that changes. The engine has no say
 * in what is drawn, in which order, and which number is found.
 *
 * @param random - Gives each window's start, and 4 bytes for each number that its sieve leaves.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a source that goes on giving what cannot be used.
 * @see FIPS 186-5 appendix A.1.3, steps 4 and 5; Brandt and Damgård, On generation of probable primes by
 * incremental search, CRYPTO 1992
 */
export function searchPrime(request: PrimeRequest, random: RandomSource): bigint {
  const { modulusBits, e } = request
  const { sieveBound } = SIEVES.find(({ upToBits }) => modulusBits <= upToBits) ?? LARGEST_SIEVE
  for (let windows = 0; windows < MOST_WINDOWS; windows++) {
    const start = drawStart(request, random)
    const left = sieved(start, windowLength(modulusBits), oddPrimesBelow(sieveBound))
    const prime = firstToPass(start, shuffled(left, random), e)
    if (prime !== undefined) return prime
  }
  throw brokenSource()
}

/** Sieving goes on until one more small prime costs more than the tests that it saves. */
const LARGEST_SIEVE = { upToBits: 8192, sieveBound: 1 << 19 }
const SIEVES: readonly { readonly upToBits: number; readonly sieveBound: number }[] = [
  { upToBits: 1536, sieveBound: 1 << 15 },
  { upToBits: 2048, sieveBound: 1 << 17 },
  { upToBits: 3072, sieveBound: 1 << 18 },
  LARGEST_SIEVE,
]

/** Odd numbers in a window: 5.8 of them are prime on average, whatever the length, and in 1 of 300 windows none. */
const windowLength = (modulusBits: number) => modulusBits

/** Honest sources run out of windows once in 2^260 searches, and out of starts once in 2^160. */
const MOST_WINDOWS = 32
const MOST_STARTS = 128

/** Step 4.2 to 4.4, and with `other` 5.4, for all numbers of the window at once. */
function drawStart({ modulusBits, other }: PrimeRequest, random: RandomSource): bigint {
  const length = modulusBits / 16
  const reach = BigInt(2 * windowLength(modulusBits))
  // Step 4.4: √2·2^(nlen/2 - 1), rounded up. Its square is 2^(nlen - 1).
  const least = integerSquareRoot(1n << BigInt(modulusBits - 1)) + 1n
  const most = (1n << BigInt(modulusBits / 2)) - reach
  // Step 5.4: |p - q| > 2^(nlen/2 - 100), from wherever in the window.
  const distance = (1n << BigInt(modulusBits / 2 - 100)) + reach
  for (let draws = 0; draws < MOST_STARTS; draws++) {
    const bytes = drawBytes(random, length)
    // A number without its first bit is below the bound of step 4.4: set, it spares the draw.
    bytes[0] = (bytes[0] ?? 0) | 0x80
    bytes[length - 1] = (bytes[length - 1] ?? 0) | 1
    const start = bytesToBigInt(bytes)
    if (start < least || start > most) continue
    if (other !== undefined && isNear(start, other, distance)) continue
    return start
  }
  throw brokenSource()
}

const isNear = (a: bigint, b: bigint, distance: bigint): boolean =>
  (a > b ? a - b : b - a) <= distance

/** Indices of the numbers `start + 2·index` that no prime of the table divides. */
function sieved(start: bigint, length: number, primes: Float64Array): readonly number[] {
  const residues = rsaEngine().residues(start, primes)
  const composite = new Uint8Array(length)
  primes.forEach((prime, i) => {
    const residue = residues[i] ?? 0
    // The first multiple: 2·index is -start modulo the prime.
    const gap = residue > 0 ? prime - residue : -residue
    for (let index = gap % 2 === 0 ? gap / 2 : (gap + prime) / 2; index < length; index += prime) {
      composite[index] = 1
    }
  })
  return Array.from(composite.keys()).filter((index) => composite[index] === 0)
}

/** Fisher and Yates' shuffle. With 32 bits for each place, orders differ in likelihood by less than 2^-20. */
function shuffled(items: readonly number[], random: RandomSource): readonly number[] {
  const bytes = drawBytes(random, 4 * items.length)
  const draws = new DataView(bytes.buffer)
  const order = [...items]
  for (let i = 0; i < order.length; i++) {
    const chosen = i + Math.floor((draws.getUint32(4 * i) * (order.length - i)) / 2 ** 32)
    const item = order[i] ?? 0
    order[i] = order[chosen] ?? 0
    order[chosen] = item
  }
  return order
}

/** Step 4.5, with Fermat's test in the place of step 4.5.1: the engine tests two numbers in the time of one. */
function firstToPass(start: bigint, indices: readonly number[], e: bigint): bigint | undefined {
  const candidates = indices
    .map((index) => start + BigInt(2 * index))
    .filter((candidate) => gcd((candidate - 1n) % e, e) === 1n)
  const engine = rsaEngine()
  for (let i = 0; i < candidates.length; i += 2) {
    const first = candidates[i] ?? 3n
    const second = candidates[i + 1] ?? first
    const [firstPasses, secondPasses] = engine.passFermat([first, second])
    if (firstPasses) return first
    if (secondPasses) return second
  }
  return undefined
}
