/** The locals of the inversion, which several files write. */

/**
 * The parameters (to, a, modulus); counters; then numbers of 64 bits: the state of a batch, its matrix (u v; q r),
 * multiples of the modulus, sums, and limbs.
 */
export const LOCAL = {
  to: 0,
  a: 1,
  modulus: 2,
  at: 3,
  batch: 4,
  step: 5,
  zeta: 6,
  f: 7,
  g: 8,
  uv: 9,
  qr: 10,
  c1: 11,
  c2: 12,
  u: 13,
  v: 14,
  q: 15,
  r: 16,
  md: 17,
  me: 18,
  cd: 19,
  ce: 20,
  di: 21,
  ei: 22,
} as const
