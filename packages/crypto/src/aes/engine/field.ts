/** The field of AES, GF(2^8) modulo x^8 + x^4 + x^3 + x + 1, and the S-box: FIPS 197 sections 4 and 5.1.1. */

/**
 * Multiplies by x.
 *
 * @param value - 0 to 255.
 * @returns 0 to 255, computed without a branch or a table.
 * @see FIPS 197 section 4.2, xTimes
 */
export const timesX = (value: number): number => ((value << 1) ^ (0x1b & -(value >> 7))) & 0xff

/**
 * Multiplies two elements.
 *
 * @param left - 0 to 255.
 * @param right - 0 to 255.
 * @returns 0 to 255.
 * @see FIPS 197 section 4.2
 */
export function multiply(left: number, right: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) product = timesX(product) ^ (left & -((right >> bit) & 1))
  return product
}

/**
 * Inverts an element.
 *
 * @param value - 0 to 255.
 * @returns 0 to 255, with `multiply(value, inverse) === 1`; 0 for 0.
 */
export function inverse(value: number): number {
  // The group has 255 elements: value^254, by 6 times (square, multiply) and a last square.
  let power = value
  for (let step = 0; step < 6; step++) power = multiply(multiply(power, power), value)
  return multiply(power, power)
}

/**
 * The S-box's affine transformation without its constant: linear over GF(2).
 *
 * @see FIPS 197 section 5.1.1, equation 5.3
 */
export function affine(value: number): number {
  const twice = value | (value << 8)
  return (value ^ (twice >> 7) ^ (twice >> 6) ^ (twice >> 5) ^ (twice >> 4)) & 0xff
}

/** The constant of the S-box's affine transformation. */
export const AFFINE_CONSTANT = 0x63
