/** What RSA asks of an engine: powers modulo odd numbers, two at a time, and what the search for primes needs. */

/** Two of a kind, side by side. */
export type Pair<Item> = readonly [Item, Item]

/** The same for each of a pair. */
export const inBoth = <From, To>(
  pair: Pair<From>,
  make: (item: From, lane: 0 | 1) => To,
): Pair<To> => [make(pair[0], 0), make(pair[1], 1)]

/** `wasm` computes with vectors of doubles in WebAssembly, `bigint` with BigInt: slower, and everywhere. */
export type RsaEngineName = 'wasm' | 'bigint'

/** The interface of both engines. They give the same answers to the same questions. */
export interface RsaEngine {
  readonly name: RsaEngineName

  /**
   * Prepares two exponentiations that go side by side, each with its own modulus and exponent.
   *
   * @param moduli - Each 2 or more.
   * @param exponents - Secret, 0 or more: the same steps are taken whatever they are.
   * @returns A function from two numbers, 0 or more, to their powers. It keeps the moduli and the exponents.
   */
  readonly powerPair: (
    moduli: Pair<bigint>,
    exponents: Pair<bigint>,
  ) => (bases: Pair<bigint>) => Pair<bigint>

  /**
   * Prepares exponentiation with an exponent that anyone may know.
   *
   * @param modulus - 2 or more.
   * @param exponent - 1 or more.
   * @returns A function from a number, 0 or more, to its power. It keeps what depends on the modulus.
   */
  readonly publicPower: (modulus: bigint, exponent: bigint) => (base: bigint) => bigint

  /**
   * Prepares two exponentiations that run side by side with the same public exponent.
   *
   * @param moduli - Each 2 or more.
   * @param exponent - 1 or more.
   * @returns A function from two numbers, 0 or more, to their powers. It keeps what depends on the moduli.
   */
  readonly publicPowerPair: (
    moduli: Pair<bigint>,
    exponent: bigint,
  ) => (bases: Pair<bigint>) => Pair<bigint>

  /**
   * Tells whether 2^(n-1) is 1 modulo n: for an odd prime always, for a composite number hardly ever.
   *
   * @param candidates - Each odd, 3 or more.
   */
  readonly passFermat: (candidates: Pair<bigint>) => Pair<boolean>

  /**
   * Divides a long number by many short ones.
   *
   * @param n - Secret, 0 or more.
   * @param primes - Odd whole numbers from 3 to 2^19; kept unchanged.
   * @returns For each of them a whole number that is n modulo it, between -prime and prime.
   */
  readonly residues: (n: bigint, primes: Float64Array) => Float64Array
}
