/** The tables of AES by vector permutation, derived from the field: nibble-tables.ts explains the symbols. */

import { affine, inverse, multiply } from '../../../src/aes/engine/field.ts'
import type { NibbleTableName } from '../../../src/aes/engine/nibble-tables.ts'

type NibbleTable = readonly number[]

/** Derives all tables from the field: no call depends on a key. */
export function deriveNibbleTables(): Readonly<Record<NibbleTableName, NibbleTable>> {
  const zeta = elements.find((value) => (value ^ sixteenthPower(value)) === 1) as number
  const conjugate = zeta ^ 1
  // A nibble's bits are the coefficients of 1, w, w², w³; w is of order 15, so it generates GF(16).
  const w = elements.find((value) => isOfOrder15(value)) as number
  const basis = [1, w, multiply(w, w), multiply(w, multiply(w, w))]
  const toField = (nibble: number) =>
    basis.reduce((sum, power, bit) => sum ^ (power & -((nibble >> bit) & 1)), 0)
  const nibbles = Array.from({ length: 16 }, (_, nibble) => nibble)
  const toNibble = new Map(nibbles.map((nibble) => [toField(nibble), nibble]))
  const internal = new Uint8Array(256)
  for (const i of nibbles) {
    for (const j of nibbles) {
      const value = multiply(toField(i), zeta) ^ multiply(toField(j), conjugate)
      internal[value] = (i << 4) | (i ^ j)
    }
  }
  const toInternal: Linear = (value) => internal[value] as number
  const norm = multiply(zeta, conjugate)
  const reciprocalOf = (numerator: number): NibbleTable =>
    nibbles.map((nibble) =>
      nibble === 0
        ? INFINITY
        : (toNibble.get(multiply(numerator, inverse(toField(nibble)))) as number),
    )
  /** What u and t contribute to a linear function of 1/x. */
  const ofU = (linear: Linear): NibbleTable =>
    nibbles.map((io) => {
      const u = inverse(toField(io))
      const product = multiply(norm, u)
      return linear(multiply(zeta, product) ^ multiply(conjugate, u ^ product))
    })
  const ofT = (linear: Linear): NibbleTable =>
    nibbles.map((jo) => {
      const t = inverse(toField(jo))
      const product = multiply(norm, t)
      return linear(multiply(zeta, t ^ product) ^ multiply(conjugate, product))
    })
  const low = (linear: Linear): NibbleTable => nibbles.map(linear)
  const high = (linear: Linear): NibbleTable => nibbles.map((nibble) => linear(nibble << 4))
  const times =
    (factor: number): Linear =>
    (value) =>
      toInternal(multiply(factor, affine(value)))
  const fromCipher: Linear = (value) => toInternal(inverseAffine(value))
  const inverseTimes =
    (factor: number): Linear =>
    (value) =>
      fromCipher(multiply(factor, value))
  const plain: Linear = (value) => value
  return {
    inverse: reciprocalOf(1),
    inverseTimesA: reciprocalOf(inverse(norm)),
    toInternalLow: low(toInternal),
    toInternalHigh: high(toInternal),
    times1U: ofU(times(1)),
    times1T: ofT(times(1)),
    times2U: ofU(times(2)),
    times2T: ofT(times(2)),
    rows0: rows(1, 0),
    rows1: rows(1, 1),
    rows2: rows(1, 2),
    rows3: rows(1, 3),
    sBoxU: ofU(affine),
    sBoxT: ofT(affine),
    fromCipherLow: low(fromCipher),
    fromCipherHigh: high(fromCipher),
    inverseTimes14U: ofU(inverseTimes(14)),
    inverseTimes14T: ofT(inverseTimes(14)),
    inverseTimes11U: ofU(inverseTimes(11)),
    inverseTimes11T: ofT(inverseTimes(11)),
    inverseTimes13U: ofU(inverseTimes(13)),
    inverseTimes13T: ofT(inverseTimes(13)),
    inverseTimes9U: ofU(inverseTimes(9)),
    inverseTimes9T: ofT(inverseTimes(9)),
    inverseRows0: rows(-1, 0),
    inverseRows1: rows(-1, 1),
    inverseRows2: rows(-1, 2),
    inverseRows3: rows(-1, 3),
    plainU: ofU(plain),
    plainT: ofT(plain),
  }
}

/** A function of a byte that is linear over GF(2). */
type Linear = (value: number) => number

/** As a nibble: a swizzle with an index of 0x80 or more is 0. */
const INFINITY = 0x80

const elements = Array.from({ length: 256 }, (_, value) => value)

const power = (value: number, exponent: number): number =>
  Array.from({ length: exponent }, () => value).reduce(multiply, 1)

const sixteenthPower = (value: number): number => power(value, 16)

const isOfOrder15 = (value: number): boolean =>
  power(value, 15) === 1 && power(value, 5) !== 1 && power(value, 3) !== 1

/**
 * For each place of a block, column by column, the place of the byte that is `offset` rows further down the
 * column: before ShiftRows (`shift` 1) or before its inverse (`shift` -1).
 */
const rows = (shift: 1 | -1, offset: number): NibbleTable =>
  elements.slice(0, 16).map((place) => {
    const row = (place + offset) & 3
    return 4 * (((place >> 2) + shift * row) & 3) + row
  })

/** The inverse of the S-box's affine transformation without its constant: FIPS 197 section 5.3.2. */
function inverseAffine(value: number): number {
  const twice = value | (value << 8)
  return ((twice >> 7) ^ (twice >> 5) ^ (twice >> 2)) & 0xff
}
