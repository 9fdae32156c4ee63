/** The functions of a kernel, by the numbers under which they call each other. */

/** In the order of the module. Elements are passed by their addresses; the first is where the result goes. */
export const FN = {
  /** (to, a, b): a·b/R modulo p. */
  multiply: 0,
  /** (to, a): a²/R modulo p. */
  square: 1,
  /** (to, a, b): a + b, limb by limb. */
  add: 2,
  /** (to, a, b): a - b, limb by limb. */
  subtract: 3,
  /** (to, a, b): a - 2b, carried. */
  subtractTwice: 4,
  /** (to, a): 3a/2 modulo p. */
  tripleHalf: 5,
  /** (to, a, b): a·b/R modulo the order. */
  orderMultiply: 6,
  /** (to, a, modulus): the number from 0 to modulus - 1. */
  freeze: 7,
  /** (to, bytes). */
  fromBytes: 8,
  /** (bytes, a). */
  toBytes: 9,
  /** (to, a, modulus): the inverse; 0 for 0. */
  invert: 10,
  /** (to, a): the inverse modulo p, both in the Montgomery domain. */
  invertField: 11,
  /** (count): doubles the accumulator so many times. */
  double: 12,
  /** (): adds the affine point to the accumulator. */
  addPoint: 13,
  /** (entry, sign): loads the affine point from a table's entry, negated for the sign -1. */
  loadEntry: 14,
  /** (row, index): copies one entry of a row, reading all of them. */
  selectEntry: 15,
  /** (digits, table, step, secret, fresh): adds one entry of every block of a public key's table. */
  combStep: 16,
  /** (table): the comb, over the base point alone for 0 or over both. */
  comb: 17,
  /** (to, scalar): the comb's digits of a scalar. */
  recode: 18,
  /** (): the accumulator's affine x, then y, as numbers from 0 to p - 1 in t3 and t4. */
  toAffine: 19,
  /** (points, count): makes points affine, with one inversion. */
  normalise: 20,
  /** (to, from, affine): adds two points of the work area. */
  addTo: 21,
  /** (table, points, count): writes affine points as entries. */
  pack: 22,
  /** (): the public key of the scalar in bytesK. */
  publicKey: 23,
  /** (): the signature of nonce, private key and digest. */
  sign: 24,
  /** (table): the verification's point. */
  verify: 25,
  /** (): what has to be zero, and what must not, for r to match. */
  compare: 26,
  /** (digits, table, step, secret, fresh): adds one entry of every block of the base point's table. */
  baseStep: 29,
  /** (to, a): out of the Montgomery domain, to a number that `freeze` takes. */
  leave: 28,
  /** (): whether the coordinates in bytesR and bytesS are on the curve. */
  checkPoint: 27,
} as const
