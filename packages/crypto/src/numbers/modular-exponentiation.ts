/** Modular exponentiation with BigInt: for hosts without SIMD in WebAssembly, and as a reference for tests. */

/** Exponent bits in a window: five, so that the digits of base 32 are the windows. */
const WINDOW_BITS = 5

/**
 * Raises `base` to `exponent` modulo `modulus`.
 *
 * The sequence of windows does not depend on the exponent's bits, but the time that BigInt takes depends on its
 * operands: callers blind an input from outside before they raise it to a secret exponent.
 *
 * @param base - 0 or more.
 * @param exponent - 0 or more.
 * @param modulus - 2 or more.
 * @returns A number below `modulus`.
 * @see Handbook of Applied Cryptography, algorithm 14.82
 */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const reduced = base % modulus
  if (exponent < 1n << 64n) return modPowShort(reduced, exponent, modulus)
  const powers = [1n, reduced]
  let power = reduced
  for (let i = 2; i < 1 << WINDOW_BITS; i++) {
    power = (power * reduced) % modulus
    powers.push(power)
  }
  let result = 1n
  for (const digit of exponent.toString(1 << WINDOW_BITS)) {
    for (let i = 0; i < WINDOW_BITS; i++) result = (result * result) % modulus
    result = (result * (powers[Number.parseInt(digit, 32)] ?? 1n)) % modulus
  }
  return result
}

/**
 * Raises 2 to `exponent` modulo `modulus`, where a multiplication is a shift.
 *
 * @param exponent - 0 or more.
 * @param modulus - 2 or more.
 * @returns A number below `modulus`.
 */
export function modPowOfTwo(exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (const digit of exponent.toString(1 << WINDOW_BITS)) {
    for (let i = 0; i < WINDOW_BITS; i++) result = (result * result) % modulus
    // Left unreduced: the next squaring reduces it.
    result <<= BigInt(Number.parseInt(digit, 32))
  }
  return result % modulus
}

/** Bit by bit: for a public exponent the window table would cost more than it saves. */
function modPowShort(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus
    if (bit === '1') result = (result * base) % modulus
  }
  return result
}
