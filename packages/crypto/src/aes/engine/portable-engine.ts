/** The modes of AES in TypeScript: NIST SP 800-38A, 800-38D and 800-38F, one block after the other. */

import type { AesEngine, GcmInput, GcmOutput } from './aes-engine.ts'
import { type BlockCipher, createPortableAes } from './portable-aes.ts'
import { portableGhash } from './portable-ghash.ts'

/** AES on every host: right, and slow. */
export const portableAes: AesEngine = {
  gcm: (input) => withCipher(input.key, (cipher) => gcm(cipher, input)),
  cbcEncrypt: (key, iv, blocks) =>
    withCipher(key, ({ encrypt }) => {
      const output = new Uint8Array(blocks)
      let chain = iv
      for (let start = 0; start < output.length; start += BLOCK) {
        const block = output.subarray(start, start + BLOCK)
        xorInto(block, chain)
        encrypt(block)
        chain = block
      }
      return output
    }),
  cbcDecrypt: (key, iv, blocks) =>
    withCipher(key, ({ decrypt }) => {
      const output = new Uint8Array(blocks)
      for (let start = 0; start < output.length; start += BLOCK) {
        const block = output.subarray(start, start + BLOCK)
        decrypt(block)
        xorInto(block, start === 0 ? iv : blocks.subarray(start - BLOCK, start))
      }
      return output
    }),
  wrap: (kek, semiblocks) =>
    withCipher(kek, ({ encrypt }) => {
      const output = new Uint8Array(semiblocks)
      const steps = 6 * (output.length / SEMIBLOCK - 1)
      for (let step = 1; step <= steps; step++) wrapStep(output, step, encrypt)
      return output
    }),
  unwrap: (kek, semiblocks) =>
    withCipher(kek, ({ decrypt }) => {
      const output = new Uint8Array(semiblocks)
      const steps = 6 * (output.length / SEMIBLOCK - 1)
      for (let step = steps; step >= 1; step--) unwrapStep(output, step, decrypt)
      return output
    }),
}

const BLOCK = 16
const SEMIBLOCK = 8

function withCipher<Result>(key: Uint8Array, use: (cipher: BlockCipher) => Result): Result {
  const cipher = createPortableAes(key)
  try {
    return use(cipher)
  } finally {
    cipher.wipe()
  }
}

/** SP 800-38D sections 7.1 and 7.2. */
function gcm({ encrypt }: BlockCipher, { iv, aad, text, isEncryption }: GcmInput): GcmOutput {
  const subkey = new Uint8Array(BLOCK)
  encrypt(subkey)
  const counter = firstCounter(subkey, iv)
  const mask = counter.slice()
  encrypt(mask)
  const output = new Uint8Array(text)
  const view = new DataView(counter.buffer)
  for (let start = 0; start < output.length; start += BLOCK) {
    // inc32 of section 6.2 wraps around.
    view.setUint32(12, view.getUint32(12) + 1)
    const keyStream = counter.slice()
    encrypt(keyStream)
    xorInto(output.subarray(start, start + BLOCK), keyStream)
  }
  const tag = portableGhash(subkey, aad, isEncryption ? output : text)
  xorInto(tag, mask)
  subkey.fill(0)
  return { text: output, tag }
}

/** Section 7.1, step 2. */
function firstCounter(subkey: Uint8Array, iv: Uint8Array): Uint8Array {
  if (iv.length !== 12) return portableGhash(subkey, new Uint8Array(0), iv)
  const counter = new Uint8Array(BLOCK)
  counter.set(iv)
  counter[BLOCK - 1] = 1
  return counter
}

/** SP 800-38F section 6.1, with the integrity check value as the first semiblock of the whole. */
function wrapStep(output: Uint8Array, step: number, encrypt: BlockCipher['encrypt']): void {
  const { block, place } = blockOf(output, step)
  encrypt(block)
  xorStep(block, step)
  output.set(block.subarray(0, SEMIBLOCK))
  output.set(block.subarray(SEMIBLOCK), place)
}

function unwrapStep(output: Uint8Array, step: number, decrypt: BlockCipher['decrypt']): void {
  const { block, place } = blockOf(output, step)
  xorStep(block, step)
  decrypt(block)
  output.set(block.subarray(0, SEMIBLOCK))
  output.set(block.subarray(SEMIBLOCK), place)
}

/** A and the semiblock whose turn it is. */
function blockOf(output: Uint8Array, step: number): { block: Uint8Array; place: number } {
  const count = output.length / SEMIBLOCK - 1
  const place = SEMIBLOCK * (1 + ((step - 1) % count))
  const block = new Uint8Array(BLOCK)
  block.set(output.subarray(0, SEMIBLOCK))
  block.set(output.subarray(place, place + SEMIBLOCK), SEMIBLOCK)
  return { block, place }
}

/** A xor t, big-endian; t is below 2^32. */
function xorStep(block: Uint8Array, step: number): void {
  const view = new DataView(block.buffer)
  view.setUint32(4, view.getUint32(4) ^ step)
}

function xorInto(target: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < target.length; i++) {
    target[i] = (target[i] as number) ^ (other[i] as number)
  }
}
