/** The interface between RSA and its engines: powers modulo odd numbers, two at a time, and the search for primes. */

/** Two items of one type, side by side. */
export type Pair<Item> = readonly [Item, Item]

/** Maps both items of a pair. */
export const inBoth = <From, To>(
  pair: Pair<From>,
  make: (item: From, lane: 0 | 1) => To,
): Pair<To> => [make(pair[0], 0), make(pair[1], 1)]

/** `wasm` computes with vectors of doubles in WebAssembly; `bigint` with BigInt, slower and on every host. */
export type RsaEngineName = 'wasm' | 'bigint'

/** The interface of both engines. They return the same results for the same arguments. */
export interface RsaEngine {
  readonly name: RsaEngineName

  /**
   * Prepares two exponentiations that run side by side, each with its own modulus and exponent.
   *
   * @param moduli - Each 2 or more.
   * @param exponents - Secret, 0 or more: their values do not change which steps are taken.
   * @returns A function from two numbers, 0 or more, to their powers. It keeps the moduli and the exponents.
   */
  readonly powerPair: (
    moduli: Pair<bigint>,
    exponents: Pair<bigint>,
  ) => (bases: Pair<bigint>) => Pair<bigint>

  /**
   * Prepares exponentiation with a public exponent.
   *
   * @param modulus - 2 or more.
   * @param exponent - 1 or more.
   * @returns A function from a number, 0 or more, to its power. It keeps the constants of the modulus.
   */
  readonly publicPower: (modulus: bigint, exponent: bigint) => (base: bigint) => bigint

  /**
   * Prepares two exponentiations that run side by side with the same public exponent.
   *
   * @param moduli - Each 2 or more.
   * @param exponent - 1 or more.
   * @returns A function from two numbers, 0 or more, to their powers. It keeps the constants of the moduli.
   */
  readonly publicPowerPair: (
    moduli: Pair<bigint>,
    exponent: bigint,
  ) => (bases: Pair<bigint>) => Pair<bigint>

  /**
   * Returns whether 2^(n-1) is 1 modulo n: always for an odd prime, hardly ever for a composite number.
   *
   * @param candidates - Each odd, 3 or more.
   */
  readonly passFermat: (candidates: Pair<bigint>) => Pair<boolean>

  /**
   * Divides a long number by many short ones.
   *
   * @param n - Secret, 0 or more.
   * @param primes - Odd whole numbers from 3 to 2^19; kept unchanged.
   * @returns For each prime a whole number between -prime and prime that is congruent to n.
   */
  readonly residues: (n: bigint, primes: Float64Array) => Float64Array
}
