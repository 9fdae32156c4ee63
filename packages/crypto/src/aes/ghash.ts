/**
 * GHASH, the universal hash of GCM (NIST SP 800-38D section 6.4), with a table that outlives a call.
 *
 * A block is four 32-bit words, big-endian: the first bit of the first byte is the coefficient of x^0.
 */

/** The multiples of one hash subkey that {@link ghash} looks up: 2,048 words. As secret as the key itself. */
export type GhashTable = Uint32Array

const BLOCK = 16
const WORDS = 4

/** Nibbles of a block, values of a nibble: a row of 64 words for each of 32 places. */
const PLACES = 32
const VALUES = 16
const ROW = VALUES * WORDS

/** R of section 6.3: x^128 = 1 + x + x^2 + x^7, its byte at the front of the first word. */
const R = 0xe1000000

/**
 * Makes the table of a hash subkey: for each place of a nibble in a block, and each value that it may have,
 * that value times H.
 *
 * McGrew and Viega describe such tables beside their smaller one that shifts after each nibble; with one row
 * for each place a multiplication is 32 look-ups and nothing else. Which words are looked up depends on the
 * data, as it does in noble's AES: a neighbour on the same processor's cache might tell.
 *
 * @param subkey - H, the encryption of the zero block: 16 bytes.
 * @see McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)" (2005), section 4.1
 */
export function makeGhashTable(subkey: Uint8Array): GhashTable {
  const table = new Uint32Array(PLACES * ROW)
  const multiple = Uint32Array.from(wordsAt(subkey, 0))
  for (let place = 0; place < PLACES; place++) {
    const row = table.subarray(place * ROW, (place + 1) * ROW)
    // The first bit of a nibble has the lowest power of x.
    for (let bit = VALUES / 2; bit > 0; bit >>= 1) {
      row.set(multiple, bit * WORDS)
      multiplyByX(multiple)
    }
    for (let value = 1; value < VALUES; value++) {
      const lowest = value & -value
      for (let word = 0; word < WORDS && lowest !== value; word++) {
        row[value * WORDS + word] =
          at(row, lowest * WORDS + word) ^ at(row, (value - lowest) * WORDS + word)
      }
    }
  }
  return table
}

/**
 * Hashes what GCM hashes: AAD and text, each filled up with zeros to whole blocks, and their lengths in bits.
 *
 * @param table - From {@link makeGhashTable}.
 * @param aad - Any number of bytes.
 * @param text - Any number of bytes.
 * @returns A fresh array of 16 bytes: S of section 7.1; with no AAD and an IV as the text, J0.
 */
export function ghash(table: GhashTable, aad: Uint8Array, text: Uint8Array): Uint8Array {
  const state = new Uint32Array(WORDS)
  absorb(table, state, aad)
  absorb(table, state, text)
  absorbBlock(table, state, [...bitLength(aad), ...bitLength(text)])
  const hash = new Uint8Array(BLOCK)
  for (let i = 0; i < BLOCK; i++) hash[i] = at(state, i >> 2) >>> (24 - 8 * (i & 3))
  return hash
}

function absorb(table: GhashTable, state: Uint32Array, bytes: Uint8Array): void {
  const whole = bytes.length - (bytes.length % BLOCK)
  for (let start = 0; start < whole; start += BLOCK) {
    absorbBlock(table, state, wordsAt(bytes, start))
  }
  if (whole === bytes.length) return
  const last = new Uint8Array(BLOCK)
  last.set(bytes.subarray(whole))
  absorbBlock(table, state, wordsAt(last, 0))
}

/** Section 6.4, step 3: Y = (Y xor X) times H. */
function absorbBlock(table: GhashTable, state: Uint32Array, block: Block): void {
  let [z0, z1, z2, z3] = [0, 0, 0, 0]
  for (let word = 0, row = 0; word < WORDS; word++) {
    const sum = at(state, word) ^ (block[word] as number)
    for (let shift = 28; shift >= 0; shift -= 4, row += ROW) {
      const entry = row + ((sum >>> shift) & (VALUES - 1)) * WORDS
      z0 ^= at(table, entry)
      z1 ^= at(table, entry + 1)
      z2 ^= at(table, entry + 2)
      z3 ^= at(table, entry + 3)
    }
  }
  state[0] = z0
  state[1] = z1
  state[2] = z2
  state[3] = z3
}

type Block = readonly [number, number, number, number]

const wordsAt = (bytes: Uint8Array, start: number): Block => [
  wordAt(bytes, start),
  wordAt(bytes, start + 4),
  wordAt(bytes, start + 8),
  wordAt(bytes, start + 12),
]

const wordAt = (bytes: Uint8Array, start: number): number =>
  (at(bytes, start) << 24) |
  (at(bytes, start + 1) << 16) |
  (at(bytes, start + 2) << 8) |
  at(bytes, start + 3)

/** [len]64 of section 6.4: high word, low word. */
const bitLength = ({ length }: Uint8Array): readonly [number, number] => [
  Math.floor(length / 2 ** 29),
  8 * length,
]

/** Section 6.3, step 3: a shift to the right, and R where a bit falls out. */
function multiplyByX(block: Uint32Array): void {
  let carry = 0
  const fallen = at(block, WORDS - 1) & 1
  for (let word = 0; word < WORDS; word++) {
    const value = at(block, word)
    block[word] = (value >>> 1) | carry
    carry = value << 31
  }
  block[0] = at(block, 0) ^ (R & -fallen)
}

const at = (array: Uint8Array | Uint32Array, index: number): number => array[index] as number
