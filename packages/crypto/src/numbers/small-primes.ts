/** The small primes that sieve candidates for large primes. */

/**
 * Lists the odd primes below a bound, in order.
 *
 * The list is computed at the first call and cached: importing the package computes nothing.
 *
 * @param bound - 4 or more.
 * @returns Whole numbers as doubles, the form that the engines take. The array is shared: do not change it.
 */
export function oddPrimesBelow(bound: number): Float64Array {
  const known = tables.get(bound)
  if (known !== undefined) return known
  const table = sieveOfEratosthenes(bound)
  tables.set(bound, table)
  return table
}

const tables = new Map<number, Float64Array>()

/** Element i represents 2i + 1. */
function sieveOfEratosthenes(bound: number): Float64Array {
  const composite = new Uint8Array(bound >> 1)
  for (let i = 1; 4 * i * i < bound; i++) {
    if (composite[i] === 1) continue
    const prime = 2 * i + 1
    for (let j = (prime * prime) >> 1; j < composite.length; j += prime) composite[j] = 1
  }
  const primes: number[] = []
  for (let i = 1; i < composite.length; i++) if (composite[i] === 0) primes.push(2 * i + 1)
  return Float64Array.from(primes)
}
