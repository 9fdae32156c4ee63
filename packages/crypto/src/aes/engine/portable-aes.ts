/**
 * AES on bytes, for hosts without SIMD in WebAssembly: FIPS 197 as it is written.
 *
 * The S-box is a table of 256 bytes, so the time of a call can depend on key and data through the cache.
 */

import { AFFINE_CONSTANT, affine, inverse, timesX } from './field.ts'

/** AES with one key. */
export interface BlockCipher {
  /** Encrypts a block of 16 bytes in place. */
  readonly encrypt: (block: Uint8Array) => void
  /** Decrypts a block of 16 bytes in place. */
  readonly decrypt: (block: Uint8Array) => void
  /** Overwrites the round keys with zeros. */
  readonly wipe: () => void
}

/**
 * Prepares AES with a key.
 *
 * @param key - 16, 24 or 32 bytes. Not kept.
 * @see FIPS 197 sections 5.1 to 5.3
 */
export function createPortableAes(key: Uint8Array): BlockCipher {
  const schedule = expandKey(key)
  const rounds = schedule.length / BLOCK - 1
  return {
    encrypt(block) {
      addRoundKey(block, schedule, 0)
      for (let round = 1; round <= rounds; round++) {
        substitute(block, SHIFT_ROWS, sBoxes().forward)
        if (round < rounds) mixColumns(block)
        addRoundKey(block, schedule, round)
      }
    },
    decrypt(block) {
      for (let round = rounds; round >= 1; round--) {
        addRoundKey(block, schedule, round)
        if (round < rounds) invertMixColumns(block)
        substitute(block, INVERSE_SHIFT_ROWS, sBoxes().backward)
      }
      addRoundKey(block, schedule, 0)
    },
    wipe() {
      schedule.fill(0)
    },
  }
}

const BLOCK = 16

/** Section 5.1.2: for each byte of a state, column by column, the place that it comes from. */
const SHIFT_ROWS = [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11] as const

/** Section 5.3.1. */
const INVERSE_SHIFT_ROWS = [0, 13, 10, 7, 4, 1, 14, 11, 8, 5, 2, 15, 12, 9, 6, 3] as const

interface SBoxes {
  readonly forward: Uint8Array
  readonly backward: Uint8Array
}

let madeSBoxes: SBoxes | undefined

/** Section 5.1.1; made at the first use. */
function sBoxes(): SBoxes {
  if (madeSBoxes !== undefined) return madeSBoxes
  const forward = new Uint8Array(256)
  const backward = new Uint8Array(256)
  for (let value = 0; value < 256; value++) {
    const substitute = affine(inverse(value)) ^ AFFINE_CONSTANT
    forward[value] = substitute
    backward[substitute] = value
  }
  madeSBoxes = { forward, backward }
  return madeSBoxes
}

/** Section 5.2: the round keys, one after the other. */
function expandKey(key: Uint8Array): Uint8Array {
  const schedule = new Uint8Array(BLOCK * (key.length / 4 + 7))
  schedule.set(key)
  const { forward } = sBoxes()
  let roundConstant = 1
  for (let start = key.length; start < schedule.length; start += 4) {
    const word = Array.from(schedule.subarray(start - 4, start))
    if (start % key.length === 0) {
      word.push(word.shift() as number)
      for (let i = 0; i < 4; i++) word[i] = at(forward, word[i] as number)
      word[0] = (word[0] as number) ^ roundConstant
      roundConstant = timesX(roundConstant)
    } else if (key.length === 32 && start % 32 === 16) {
      for (let i = 0; i < 4; i++) word[i] = at(forward, word[i] as number)
    }
    for (let i = 0; i < 4; i++) {
      schedule[start + i] = at(schedule, start + i - key.length) ^ (word[i] as number)
    }
  }
  return schedule
}

function addRoundKey(block: Uint8Array, schedule: Uint8Array, round: number): void {
  for (let i = 0; i < BLOCK; i++) block[i] = at(block, i) ^ at(schedule, BLOCK * round + i)
}

/** SubBytes and ShiftRows, or their inverses: which of the two comes first makes no difference. */
function substitute(block: Uint8Array, places: readonly number[], sBox: Uint8Array): void {
  const state = block.slice()
  for (let i = 0; i < BLOCK; i++) block[i] = at(sBox, at(state, places[i] as number))
}

/** Section 5.1.3. */
function mixColumns(block: Uint8Array): void {
  for (let column = 0; column < BLOCK; column += 4) {
    const [a, b, c, d] = columnAt(block, column)
    const all = a ^ b ^ c ^ d
    block[column] = a ^ all ^ timesX(a ^ b)
    block[column + 1] = b ^ all ^ timesX(b ^ c)
    block[column + 2] = c ^ all ^ timesX(c ^ d)
    block[column + 3] = d ^ all ^ timesX(d ^ a)
  }
}

/** Section 5.3.3: {14, 11, 13, 9} is {2, 3, 1, 1} times {5, 0, 4, 0}. */
function invertMixColumns(block: Uint8Array): void {
  for (let column = 0; column < BLOCK; column += 4) {
    const [a, b, c, d] = columnAt(block, column)
    const even = timesX(timesX(a ^ c))
    const odd = timesX(timesX(b ^ d))
    block[column] = a ^ even
    block[column + 1] = b ^ odd
    block[column + 2] = c ^ even
    block[column + 3] = d ^ odd
  }
  mixColumns(block)
}

const columnAt = (block: Uint8Array, start: number) =>
  [at(block, start), at(block, start + 1), at(block, start + 2), at(block, start + 3)] as const

const at = (array: Uint8Array, index: number): number => array[index] as number
