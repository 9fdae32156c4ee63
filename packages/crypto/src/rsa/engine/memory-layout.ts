/** The addresses in the engine's memory, in bytes. A limb is a vector of 16 bytes: one double for each lane. */

import { MOST_LIMBS } from './radix.ts'

/** Bytes of one limb, both lanes. */
export const LIMB = 16

/** The longest modulus of a secret exponent or a candidate: half of 8192 bits, and 16 more for unequal primes. */
export const LONGEST_PRIME_BITS = 4112

/**
 * A number with its margins: 64 bytes before its first limb and 64 after its last stay zero, so that the
 * kernels can read past both ends. The rest of the stride keeps any two numbers at different offsets in their
 * 4096-byte pages: processors take equal offsets for a conflict of a load with an earlier store.
 */
const MARGIN = 64
const STRIDE = MARGIN + LIMB * MOST_LIMBS + MARGIN + 320
const FIRST = 1024
const place = (index: number) => FIRST + index * STRIDE + MARGIN

/** The addresses that the kernels read and write. */
interface Addresses {
  /** 1.5·2^(52+w) in both lanes: added and subtracted again, it rounds to a multiple of 2^w. */
  readonly rounding: number
  /** 2^-w in both lanes. */
  readonly scale: number
  /** 1 in both lanes. */
  readonly one: number
  /** 1.5·2^52 in both lanes: rounds to whole numbers. */
  readonly toWhole: number
  /** 2^32 in both lanes. */
  readonly wordBase: number
  /** k, a 32-bit number. */
  readonly limbs: number
  /** The four quotient digits of the block of rows to come. */
  readonly quotients: number
  /** The carry out of these four columns. */
  readonly carry: number
  /** The columns of a product: twice k. */
  readonly product: number
  /** M = (Ñ + 1)/2^w. */
  readonly modulus: number
  readonly base: number
  readonly operand: number
  readonly result: number
  /** For each step of an exponentiation a pair of doubles: windows of two exponents, or factors 1 and 2. */
  readonly steps: number
  /** Powers of the base, each of k limbs without margins. */
  readonly powers: number
  /** Short divisors, which are replaced by their remainders. */
  readonly primes: number
}

/** Limbs of the longest prime, and powers of it in the largest table. */
const MOST_POWER_LIMBS = 180
const MOST_POWERS = 32

/** Addresses in bytes. */
export const AT: Addresses = {
  rounding: 0,
  scale: 16,
  one: 32,
  toWhole: 48,
  wordBase: 64,
  limbs: 80,
  quotients: 96,
  carry: 160,
  product: place(0),
  modulus: place(2),
  base: place(3),
  operand: place(4),
  result: place(5),
  steps: place(6),
  powers: place(6) + LIMB * LONGEST_PRIME_BITS,
  primes: place(6) + LIMB * (LONGEST_PRIME_BITS + MOST_POWERS * MOST_POWER_LIMBS),
}
