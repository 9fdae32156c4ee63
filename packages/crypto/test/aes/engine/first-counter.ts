/** IVs of GCM that lead to a given first counter: for tests of the counter's end. */

import { createCipheriv } from 'node:crypto'
import { bigIntToBytes, bytesToBigInt } from '../../../src/encoding/bytes.ts'

/**
 * Finds the IV of 16 bytes whose J0 is `counter`.
 *
 * J0 = (IV·H + 128)·H, so IV = (counter·H^-1 + 128)·H^-1.
 *
 * @see NIST SP 800-38D section 7.1, step 2
 */
export function ivOfFirstCounter(key: Uint8Array, counter: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`aes-${8 * key.length}-ecb`, key, null).setAutoPadding(false)
  const inverse = inverted(bytesToBigInt(new Uint8Array(cipher.update(new Uint8Array(16)))))
  const product = multiply(bytesToBigInt(counter), inverse) ^ 128n
  return bigIntToBytes(multiply(product, inverse), 16)
}

/** Section 6.3: blocks as big-endian numbers, whose first bit is the coefficient of x^0. */
function multiply(left: bigint, right: bigint): bigint {
  let product = 0n
  let multiple = right
  for (let bit = 127n; bit >= 0n; bit--) {
    if (((left >> bit) & 1n) === 1n) product ^= multiple
    multiple = (multiple >> 1n) ^ ((multiple & 1n) === 1n ? 0xe1n << 120n : 0n)
  }
  return product
}

/** H^(2^128 - 2): 126 times (square, multiply), and a last square. */
function inverted(value: bigint): bigint {
  let power = value
  for (let step = 0; step < 126; step++) power = multiply(multiply(power, power), value)
  return multiply(power, power)
}
