/** How numbers of each curve are cut into limbs, and which comb multiplies its base point. */

import type { CurveName } from '../../key-material.ts'

/** What the kernel of one curve is written from. */
export interface CurveShape {
  /** Bits of the field and of the order, which are equally long on these curves. */
  readonly bits: number
  /** w, bits of a limb. */
  readonly limbBits: number
  /** n, limbs of a number; 2^(w·n) is at least 32p, and 32 times the order. */
  readonly limbs: number
  /** p + k as powers of 2: each exponent with the sign of its power. */
  readonly powers: readonly (readonly [exponent: number, sign: 1 | -1])[]
  /** k: 1, or 977 on P-256K. */
  readonly k: 1 | 977
  /** The coefficient a of y² = x³ + ax + b. */
  readonly a: -3 | 0
  /** The comb of a public key: blocks · teeth · spacing bits, two or more above `bits`. The spacing is even. */
  readonly blocks: number
  readonly teeth: number
  readonly spacing: number
}

/** How a table is cut: see `comb.ts`. */
export type Comb = Pick<CurveShape, 'blocks' | 'teeth' | 'spacing'>

/**
 * The comb of the base point: twice the blocks at half the spacing. A table twice as long is made once, and halves the
 * doublings of a signature. It reads the same bits, so a scalar is recoded in one way for both.
 */
export const baseComb = ({ blocks, teeth, spacing }: CurveShape): Comb => ({
  blocks: 2 * blocks,
  teeth,
  spacing: spacing / 2,
})

/**
 * Every curve.
 *
 * Limbs are balanced: from -u to u - 1 with u = 2^(w-1), but for the top one, which has the sign of the number. A
 * column of a product of limbs up to 3u each holds n · 9u² and quotient terms below 2^(w+30), which for every row
 * is below 2^63. Fewer and longer limbs would overflow, or leave R too small for the formulas to stay bounded.
 *
 * A comb of more points makes a multiplication hardly faster and its table much slower to make.
 *
 * @see NIST SP 800-186 section 3.2.1; SEC 2 section 2.4.1
 */
export const CURVE_SHAPES: Readonly<Record<CurveName, CurveShape>> = Object.freeze({
  'P-256': {
    bits: 256,
    limbBits: 29,
    limbs: 9,
    powers: [
      [256, 1],
      [224, -1],
      [192, 1],
      [96, 1],
    ],
    k: 1,
    a: -3,
    blocks: 2,
    teeth: 6,
    spacing: 22,
  },
  'P-384': {
    bits: 384,
    limbBits: 28,
    limbs: 14,
    powers: [
      [384, 1],
      [128, -1],
      [96, -1],
      [32, 1],
    ],
    k: 1,
    a: -3,
    blocks: 2,
    teeth: 6,
    spacing: 34,
  },
  'P-521': {
    bits: 521,
    limbBits: 28,
    limbs: 19,
    powers: [[521, 1]],
    k: 1,
    a: -3,
    blocks: 4,
    teeth: 6,
    spacing: 22,
  },
  'P-256K': {
    bits: 256,
    limbBits: 29,
    limbs: 9,
    powers: [
      [256, 1],
      [32, -1],
    ],
    k: 977,
    a: 0,
    blocks: 2,
    teeth: 6,
    spacing: 22,
  },
})

/** Whether products are folded, so that R is 1: only where k is not 1. Otherwise R = 2^(w·n). */
export const isFolded = ({ k }: CurveShape): boolean => k !== 1

/** Points of a table: 2^(teeth - 1) for each block, since the negative of a point costs nothing. */
export const tablePoints = ({ blocks, teeth }: Comb): number => blocks << (teeth - 1)

/** D, the bits that the comb reads of a scalar. */
export const combBits = ({ blocks, teeth, spacing }: Comb): number => blocks * teeth * spacing
