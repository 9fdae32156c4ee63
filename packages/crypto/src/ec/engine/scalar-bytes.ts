/** Scalars and coordinates as bytes, without a detour through long numbers: those take time that depends on the value. */

/** Whether big-endian bytes are below a bound as wide; the time depends on the width alone. */
export function isBelow(bytes: Uint8Array, bound: Uint8Array): boolean {
  let borrow = 0
  for (let i = bytes.length - 1; i >= 0; i--) {
    borrow = (((bytes[i] ?? 0) - (bound[i] ?? 0) - borrow) >> 8) & 1
  }
  return borrow === 1
}

/** Whether all bytes from `start` to `end` are zero; the time depends on their number alone. */
export function isZero(bytes: Uint8Array, start = 0, end: number = bytes.length): boolean {
  let bits = 0
  for (let i = start; i < end; i++) bits |= bytes[i] ?? 0
  return bits === 0
}

/** Whether big-endian bytes are a number from 1 to bound - 1. */
export const isInRange = (bytes: Uint8Array, bound: Uint8Array): boolean =>
  !isZero(bytes) && isBelow(bytes, bound)

/** The difference of big-endian bytes as wide, modulo 256^width. */
export function difference(left: Uint8Array, right: Uint8Array): Uint8Array {
  const result = new Uint8Array(left.length)
  let borrow = 0
  for (let i = left.length - 1; i >= 0; i--) {
    const digit = (left[i] ?? 0) - (right[i] ?? 0) - borrow
    result[i] = digit
    borrow = (digit >> 8) & 1
  }
  return result
}

/** The sum of big-endian bytes as wide, which has to fit. */
export function sum(left: Uint8Array, right: Uint8Array): Uint8Array {
  const result = new Uint8Array(left.length)
  let carry = 0
  for (let i = left.length - 1; i >= 0; i--) {
    const digit = (left[i] ?? 0) + (right[i] ?? 0) + carry
    result[i] = digit
    carry = digit >> 8
  }
  return result
}

/**
 * The leftmost bits of bytes as a number.
 *
 * @param bytes - Of a digest, or of the generator of nonces.
 * @param bits - How many bits count; shorter bytes count whole.
 * @param width - Bytes of the result, enough for `bits`.
 * @returns A fresh array, big-endian.
 * @see RFC 6979 section 2.3.2, bits2int
 */
export function leftmostBits(bytes: Uint8Array, bits: number, width: number): Uint8Array {
  const result = new Uint8Array(width)
  const taken = bytes.length > width ? bytes.subarray(0, width) : bytes
  result.set(taken, width - taken.length)
  const surplus = 8 * taken.length - bits
  if (surplus <= 0) return result
  for (let i = width - 1; i > 0; i--) {
    result[i] = ((result[i] ?? 0) >> surplus) | ((result[i - 1] ?? 0) << (8 - surplus))
  }
  result[0] = (result[0] ?? 0) >> surplus
  return result
}
