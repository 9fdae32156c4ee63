/** GHASH bit by bit, without tables or branches on data: NIST SP 800-38D sections 6.3 and 6.4. */

/**
 * Hashes what GCM hashes: AAD and text, each filled up with zeros to whole blocks, and their lengths in bits.
 *
 * @param subkey - H, the encryption of the block of zeros: 16 bytes.
 * @param aad - Any number of bytes.
 * @param text - Any number of bytes.
 * @returns A fresh array of 16 bytes: S of section 7.1; with no AAD and an IV as the text, J0.
 */
export function portableGhash(subkey: Uint8Array, aad: Uint8Array, text: Uint8Array): Uint8Array {
  const factor = wordsOf(subkey)
  const state = new Uint32Array(4)
  absorb(state, factor, aad)
  absorb(state, factor, text)
  const lengths = new DataView(new ArrayBuffer(BLOCK))
  for (const [index, { length }] of [aad, text].entries()) {
    lengths.setUint32(8 * index, Math.floor(length / 2 ** 29))
    lengths.setUint32(8 * index + 4, length << 3)
  }
  absorb(state, factor, new Uint8Array(lengths.buffer))
  const hash = new DataView(new ArrayBuffer(BLOCK))
  for (const [index, word] of state.entries()) hash.setUint32(4 * index, word)
  return new Uint8Array(hash.buffer)
}

const BLOCK = 16

/** R of section 6.3: x^128 = 1 + x + x^2 + x^7, its byte at the front of the first word. */
const R = 0xe1000000

/** Section 6.4, step 3, for each block. */
function absorb(state: Uint32Array, factor: Uint32Array, bytes: Uint8Array): void {
  const block = new Uint8Array(BLOCK)
  for (let start = 0; start < bytes.length; start += BLOCK) {
    block.fill(0)
    block.set(bytes.subarray(start, start + BLOCK))
    const words = wordsOf(block)
    for (let i = 0; i < 4; i++) state[i] = at(state, i) ^ at(words, i)
    multiply(state, factor)
  }
}

/** Section 6.3. A block is four words, big-endian: the first bit is the coefficient of x^0. */
function multiply(state: Uint32Array, factor: Uint32Array): void {
  let [z0, z1, z2, z3] = [0, 0, 0, 0]
  let [v0, v1, v2, v3] = [at(factor, 0), at(factor, 1), at(factor, 2), at(factor, 3)]
  for (let bit = 0; bit < 128; bit++) {
    const mask = -((at(state, bit >> 5) >>> (31 - (bit & 31))) & 1)
    z0 ^= v0 & mask
    z1 ^= v1 & mask
    z2 ^= v2 & mask
    z3 ^= v3 & mask
    const reduction = R & -(v3 & 1)
    v3 = (v3 >>> 1) | (v2 << 31)
    v2 = (v2 >>> 1) | (v1 << 31)
    v1 = (v1 >>> 1) | (v0 << 31)
    v0 = (v0 >>> 1) ^ reduction
  }
  state[0] = z0
  state[1] = z1
  state[2] = z2
  state[3] = z3
}

function wordsOf(block: Uint8Array): Uint32Array {
  const view = new DataView(block.buffer, block.byteOffset, BLOCK)
  return Uint32Array.of(view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12))
}

const at = (words: Uint32Array, index: number): number => words[index] as number
