/**
 * Triple DES in CBC mode (NIST SP 800-67 Rev. 2; SP 800-38A section 6.2), decryption only: to read old key files.
 *
 * NIST disallowed triple DES for new data, so nothing here encrypts. Table lookups depend on the key: the time of an
 * operation may leak it through the processor's cache.
 */

import { cryptoError, operationFailed } from '../crypto-error.ts'
import {
  FINAL_PERMUTATION,
  INITIAL_PERMUTATION,
  P,
  PERMUTED_CHOICE_1,
  PERMUTED_CHOICE_2,
  SHIFTS,
  SUBSTITUTION_BOXES,
} from './des-tables.ts'

/** The parameters of {@link desEde3CbcDecrypt}. */
export interface DesCbcParameters {
  /** 8 bytes. */
  readonly iv: Uint8Array
  /** `pkcs7` removes 1 to 8 bytes of padding; `none` removes nothing. */
  readonly padding: 'pkcs7' | 'none'
}

/** Bytes of a block. */
export const DES_BLOCK_LENGTH = 8

/**
 * Decrypts with DES-EDE3-CBC.
 *
 * @param key - 24 bytes: three DES keys. Their parity bits are ignored; two-key triple DES repeats the first key.
 * @param ciphertext - One block of 8 bytes or more.
 * @returns A fresh array as long as the ciphertext; with `pkcs7`, 1 to 8 bytes shorter.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - a key or IV of another length.
 * @throws {@link CryptoError} `OPERATION_FAILED` - a ciphertext that is not whole blocks, or wrong padding.
 * @see NIST SP 800-67 Rev. 2 section 2.2; SP 800-38A section 6.2
 */
export function desEde3CbcDecrypt(
  key: Uint8Array,
  ciphertext: Uint8Array,
  { iv, padding }: DesCbcParameters,
): Uint8Array {
  if (key.length !== 24 || iv.length !== DES_BLOCK_LENGTH) {
    throw cryptoError('INVALID_ARGUMENT', 'DES-EDE3-CBC needs a key of 24 and an IV of 8 bytes.')
  }
  const { length } = ciphertext
  if (length === 0 || length % DES_BLOCK_LENGTH !== 0) throw operationFailed()
  const decryptBlock = createBlockDecryption(key)
  const input = new DataView(ciphertext.buffer, ciphertext.byteOffset, length)
  const output = new DataView(new ArrayBuffer(length))
  let [high, low] = pairAt(new DataView(iv.buffer, iv.byteOffset, iv.length), 0)
  for (let at = 0; at < length; at += DES_BLOCK_LENGTH) {
    const block = pairAt(input, at)
    const [first, second] = decryptBlock(block)
    output.setInt32(at, first ^ high)
    output.setInt32(at + 4, second ^ low)
    ;[high, low] = block
  }
  const plaintext = new Uint8Array(output.buffer)
  return padding === 'none' ? plaintext : withoutPadding(plaintext)
}

/** 64 bits as two 32-bit integers. */
type Pair = readonly [high: number, low: number]

const pairAt = (view: DataView, at: number): Pair => [view.getInt32(at), view.getInt32(at + 4)]

/** Section 2.2: decryption with the third key, encryption with the second, decryption with the first. */
function createBlockDecryption(key: Uint8Array): (block: Pair) => Pair {
  const [first = [], second = [], third = []] = [0, 8, 16].map((at) => roundKeys(key, at))
  const rounds = [third.toReversed(), second, first.toReversed()]
  return (block) => {
    let state = permuted(block, INITIAL_PERMUTATION)
    for (const keys of rounds) state = applyRounds(state, keys)
    return permuted(state, FINAL_PERMUTATION)
  }
}

/** The 16 rounds of section 3.1 and the exchange of the halves after them. */
function applyRounds([high, low]: Pair, keys: readonly Uint8Array[]): Pair {
  let [left, right] = [high, low]
  for (const key of keys) [left, right] = [right, left ^ cipherFunction(right, key)]
  return [right, left]
}

/** Section 3.3: E takes for each box four bits of the half block and the two bits next to them. */
function cipherFunction(half: number, key: Uint8Array): number {
  const table = permutedBoxes()
  let result = 0
  for (let box = 0; box < 8; box++) {
    const rotation = (4 * box + 5) % 32
    const window = (half << rotation) | (half >>> (32 - rotation))
    result |= table[box * 64 + ((window & 63) ^ (key[box] ?? 0))] ?? 0
  }
  return result
}

/** Appendix A: 16 keys of eight 6-bit numbers each. */
function roundKeys(key: Uint8Array, at: number): readonly Uint8Array[] {
  const bitOfKey = (bit: number) => ((key[at + ((bit - 1) >> 3)] ?? 0) >> (7 - ((bit - 1) & 7))) & 1
  const chosen = PERMUTED_CHOICE_1.map(bitOfKey)
  const halves = [chosen.slice(0, 28), chosen.slice(28)]
  let total = 0
  return SHIFTS.map((shift) => {
    total += shift
    const bits = halves.flatMap((half) => [...half.slice(total), ...half.slice(0, total)])
    const selected = PERMUTED_CHOICE_2.map((bit) => bits[bit - 1] ?? 0)
    return Uint8Array.from({ length: 8 }, (_, box) =>
      selected.slice(6 * box, 6 * box + 6).reduce((value, bit) => (value << 1) | bit, 0),
    )
  })
}

/** Applies one of the 64-bit permutations. */
function permuted([high, low]: Pair, table: readonly number[]): Pair {
  const bitAt = (bit: number) => (bit <= 32 ? high >>> (32 - bit) : low >>> (64 - bit)) & 1
  let [first, second] = [0, 0]
  for (let i = 0; i < 32; i++) {
    first = (first << 1) | bitAt(table[i] ?? 1)
    second = (second << 1) | bitAt(table[32 + i] ?? 1)
  }
  return [first, second]
}

let boxes: Int32Array | undefined

/** Each S-box followed by P, computed once: bits 1 and 6 of the input choose the row, bits 2 to 5 the column. */
function permutedBoxes(): Int32Array {
  boxes ??= Int32Array.from({ length: 8 * 64 }, (_, index) => {
    const [box, input] = [index >> 6, index & 63]
    const row = ((input >> 4) & 2) | (input & 1)
    const digit = SUBSTITUTION_BOXES[box]?.[row]?.[(input >> 1) & 15] ?? '0'
    const value = Number.parseInt(digit, 16) << (28 - 4 * box)
    return P.reduce((result, bit) => (result << 1) | ((value >>> (32 - bit)) & 1), 0)
  })
  return boxes
}

/** RFC 8018 section 6.1.2: 1 to 8 bytes, each with the number of them as its value; all are compared. */
function withoutPadding(plaintext: Uint8Array): Uint8Array {
  const count = plaintext[plaintext.length - 1] ?? 0
  const isCount = count >= 1 && count <= DES_BLOCK_LENGTH
  const padding = plaintext.subarray(plaintext.length - (isCount ? count : DES_BLOCK_LENGTH))
  const difference = padding.reduce((bits, byte) => bits | (byte ^ count), 0)
  if (!isCount || difference !== 0) throw operationFailed()
  return plaintext.slice(0, plaintext.length - count)
}
