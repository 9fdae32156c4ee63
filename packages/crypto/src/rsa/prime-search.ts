/** The search for a prime of an RSA key: windows of odd numbers, a sieve, and Fermat's test in random order. */

import { bytesToBigInt } from '../encoding/bytes.ts'
import { gcd, integerSquareRoot } from '../numbers/number-theory.ts'
import { oddPrimesBelow } from '../numbers/small-primes.ts'
import { drawBytes, type RandomSource, unusableSource } from '../random/random-source.ts'
import { rsaEngine } from './engine/choose-rsa-engine.ts'

/** The conditions on a prime. */
export interface PrimeRequest {
  /** Length of the modulus in bits, twice that of the prime. */
  readonly modulusBits: number
  /** Public exponent, which must have no common divisor with the prime minus 1. */
  readonly e: bigint
  /** The first prime of the key, when the second is searched for: the two must not be close. */
  readonly other?: bigint
}

/**
 * Finds a probable prime: it has no small divisor and passes Fermat's test to base 2.
 *
 * A window of odd numbers starts at a random number. The numbers that pass the sieve are tested in random order
 * until one passes. Range, distance and the condition on e are those of FIPS 186-5 appendix A.1.3; the draws are
 * not: there every candidate is drawn separately. `docs/decisions/0007` describes the difference. The engine
 * affects neither the draws nor their order nor the result.
 *
 * @param random - Source of each window's start, and of 4 bytes for each number in it that passes the sieve.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a source whose bytes never lead to a prime.
 * @see FIPS 186-5 appendix A.1.3, steps 4 and 5; Brandt and Damgård, On generation of probable primes by
 * incremental search, CRYPTO 1992
 */
export function searchPrime(request: PrimeRequest, random: RandomSource): bigint {
  const { modulusBits, e } = request
  const { sieveBound } = SIEVES.find(({ upToBits }) => modulusBits <= upToBits) ?? LARGEST_SIEVE
  for (let windows = 0; windows < MAXIMUM_WINDOWS; windows++) {
    const start = drawStart(request, random)
    const candidates = sieve(start, windowLength(modulusBits), oddPrimesBelow(sieveBound))
    const prime = firstProbablePrime(start, shuffle(candidates, random), e)
    if (prime !== undefined) return prime
  }
  throw unusableSource()
}

/** Bounds at which one more small prime in the sieve would cost more than the tests that it saves. */
const LARGEST_SIEVE = { upToBits: 8192, sieveBound: 1 << 19 }
const SIEVES: readonly { readonly upToBits: number; readonly sieveBound: number }[] = [
  { upToBits: 1536, sieveBound: 1 << 15 },
  { upToBits: 2048, sieveBound: 1 << 17 },
  { upToBits: 3072, sieveBound: 1 << 18 },
  LARGEST_SIEVE,
]

/** Odd numbers in a window: on average 5.8 are prime, for every length; one window in 300 has none. */
const windowLength = (modulusBits: number) => modulusBits

/** A working source exceeds the first limit once in 2^260 searches, and the second once in 2^160. */
const MAXIMUM_WINDOWS = 32
const MAXIMUM_STARTS = 128

/** Steps 4.2 to 4.4, and with `other` 5.4, for all numbers of the window at once. */
function drawStart({ modulusBits, other }: PrimeRequest, random: RandomSource): bigint {
  const length = modulusBits / 16
  const reach = BigInt(2 * windowLength(modulusBits))
  // Step 4.4: √2·2^(nlen/2 - 1), rounded up. Its square is 2^(nlen - 1).
  const least = integerSquareRoot(1n << BigInt(modulusBits - 1)) + 1n
  const most = (1n << BigInt(modulusBits / 2)) - reach
  // Step 5.4: |p - q| > 2^(nlen/2 - 100), for every number of the window.
  const distance = (1n << BigInt(modulusBits / 2 - 100)) + reach
  for (let draws = 0; draws < MAXIMUM_STARTS; draws++) {
    const bytes = drawBytes(random, length)
    // A number without its highest bit is below the bound of step 4.4: setting the bit avoids another draw.
    bytes[0] = (bytes[0] ?? 0) | 0x80
    bytes[length - 1] = (bytes[length - 1] ?? 0) | 1
    const start = bytesToBigInt(bytes)
    if (start < least || start > most) continue
    if (other !== undefined && isNear(start, other, distance)) continue
    return start
  }
  throw unusableSource()
}

const isNear = (a: bigint, b: bigint, distance: bigint): boolean =>
  (a > b ? a - b : b - a) <= distance

/** Returns the indices of the numbers `start + 2·index` that no prime of the table divides. */
function sieve(start: bigint, length: number, primes: Float64Array): readonly number[] {
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

/** Fisher-Yates shuffle. With 32 bits for each position, the probabilities of two orders differ by less than 2^-20. */
function shuffle(items: readonly number[], random: RandomSource): readonly number[] {
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

/** Step 4.5, with Fermat's test instead of step 4.5.1: the engine tests two numbers in the time of one. */
function firstProbablePrime(
  start: bigint,
  indices: readonly number[],
  e: bigint,
): bigint | undefined {
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
