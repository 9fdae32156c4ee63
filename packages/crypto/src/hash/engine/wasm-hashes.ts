/** Hashes with the SHA-2 kernels. SHA-1 stays with @noble/hashes: nothing new is made with it. */

import type { HashEngine, HmacFunction } from './hash-engine.ts'
import type { HashName } from './hash-table.ts'
import { nobleHashes } from './noble-hashes.ts'
import { FIRST_PRIMES_STATE, NEXT_PRIMES_STATE, ROUND_CONSTANTS } from './sha2-constants.ts'
import { createSha2Kernel, type Sha2Kernel } from './sha2-kernel.ts'
import { AT, DATA_LENGTH } from './sha2-layout.ts'
import type { WordBits } from './sha2-words.ts'

/**
 * Makes an engine.
 *
 * @param makeKernel - Called once for each word length, when it is first needed.
 */
export function createWasmHashes(
  makeKernel: (bits: WordBits) => Sha2Kernel | undefined,
): HashEngine {
  const machines = new Map<WordBits, Machine | undefined>()
  const machineOf = (bits: WordBits): Machine | undefined => {
    if (!machines.has(bits)) machines.set(bits, createMachine(bits, makeKernel(bits)))
    return machines.get(bits)
  }
  return {
    digest(hash, message) {
      const row = ROWS[hash]
      const machine = row && machineOf(row.bits)
      if (row === undefined || machine === undefined) return nobleHashes.digest(hash, message)
      return digest(machine, row, message)
    },
    prepareHmac(hash, key) {
      const row = ROWS[hash]
      const machine = row && machineOf(row.bits)
      if (row === undefined || machine === undefined) return nobleHashes.prepareHmac(hash, key)
      return prepareHmac(machine, row, key)
    },
  }
}

/** The one engine with kernels in WebAssembly. */
export const wasmHashes: HashEngine = createWasmHashes(createSha2Kernel)

/** A hash of the SHA-2 family. */
interface Row {
  readonly bits: WordBits
  readonly firstState: number
  readonly length: number
}

const ROWS: Readonly<Record<HashName, Row | undefined>> = {
  'SHA-1': undefined,
  'SHA-224': { bits: 32, firstState: AT.shortState, length: 28 },
  'SHA-256': { bits: 32, firstState: AT.longState, length: 32 },
  'SHA-384': { bits: 64, firstState: AT.shortState, length: 48 },
  'SHA-512': { bits: 64, firstState: AT.longState, length: 64 },
}

interface Machine {
  readonly kernel: Sha2Kernel
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Bytes of a block, and of the length that ends the last one. */
  readonly block: number
  readonly lengthField: number
}

/** Writes the constants into the memory of a kernel. */
function createMachine(bits: WordBits, kernel: Sha2Kernel | undefined): Machine | undefined {
  if (kernel === undefined) return undefined
  const { buffer } = kernel.memory
  const words = new Uint32Array(buffer)
  const write = bits === 32 ? writeHighWords : writeWords
  write(words, AT.roundConstants / 4, ROUND_CONSTANTS)
  write(words, AT.longState / 4, FIRST_PRIMES_STATE)
  // SHA-224 begins with the low words of what SHA-384 begins with.
  if (bits === 32) writeHighWords(words, AT.shortState / 4, NEXT_PRIMES_STATE.slice(1))
  else writeWords(words, AT.shortState / 4, NEXT_PRIMES_STATE)
  return {
    kernel,
    bytes: new Uint8Array(buffer),
    view: new DataView(buffer),
    block: 2 * bits,
    lengthField: bits / 4,
  }
}

/** 32-bit words: every other one of the constants. Of SHA-512's 80 round constants, SHA-256 has the first 64. */
function writeHighWords(words: Uint32Array, start: number, constants: readonly number[]): void {
  const count = Math.min(constants.length, 128)
  for (let i = 0; i < count; i += 2) words[start + i / 2] = constants[i] as number
}

/** 64-bit words, little-endian. */
function writeWords(words: Uint32Array, start: number, constants: readonly number[]): void {
  for (let i = 0; i < constants.length; i++) words[start + i] = constants[i ^ 1] as number
}

function digest(machine: Machine, { firstState, length }: Row, message: Uint8Array): Uint8Array {
  const { kernel } = machine
  const used = absorb(machine, firstState, AT.inner, message, 0)
  kernel.swap(AT.inner, AT.digest)
  return take(machine, length, used)
}

/** FIPS 198-1 section 4, steps 1 to 5 and 7: two states, which the function keeps. */
function prepareHmac(machine: Machine, row: Row, key: Uint8Array): HmacFunction {
  const { kernel, bytes, block } = machine
  bytes.set(key.length > block ? digest(machine, row, key) : key, AT.data)
  kernel.xorBlock(INNER_PAD)
  kernel.compress(row.firstState, AT.inner, AT.data, 1)
  kernel.xorBlock(INNER_PAD ^ OUTER_PAD)
  kernel.compress(row.firstState, AT.outer, AT.data, 1)
  // Two arrays, since V8 keeps up to 64 bytes inside the object and allocates memory of its own for more.
  const inner = bytes.slice(AT.inner, AT.inner + block / 2)
  const outer = bytes.slice(AT.outer, AT.outer + block / 2)
  kernel.wipe(AT.inner, AT.data + block - AT.inner)
  return (message) => hmac(machine, row, { inner, outer }, message)
}

const INNER_PAD = 0x36
const OUTER_PAD = 0x5c

/** Steps 6, 8 and 9. */
function hmac(
  machine: Machine,
  { length }: Row,
  states: { readonly inner: Uint8Array; readonly outer: Uint8Array },
  message: Uint8Array,
): Uint8Array {
  const { kernel, bytes, block } = machine
  bytes.set(states.inner, AT.inner)
  bytes.set(states.outer, AT.outer)
  const used = absorb(machine, AT.inner, AT.inner, message, block)
  // The inner digest is the outer message; what the state of SHA-384 or SHA-224 has more is no part of it.
  kernel.wipe(AT.data, used)
  kernel.swap(AT.inner, AT.data)
  bytes.fill(0, AT.data + length, AT.data + block)
  pad(machine, length, block + length)
  kernel.compress(AT.outer, AT.outer, AT.data, 1)
  kernel.swap(AT.outer, AT.digest)
  return take(machine, length, block)
}

/**
 * Absorbs a whole message and its padding, part by part.
 *
 * @param before - Bytes that the state has absorbed already.
 * @returns How many bytes at `AT.data` may be other than zero now.
 */
function absorb(
  machine: Machine,
  from: number,
  to: number,
  message: Uint8Array,
  before: number,
): number {
  const { kernel, bytes, block } = machine
  const { length } = message
  let state = from
  let start = 0
  for (; length - start >= DATA_LENGTH; start += DATA_LENGTH) {
    bytes.set(message.subarray(start, start + DATA_LENGTH), AT.data)
    kernel.compress(state, to, AT.data, DATA_LENGTH / block)
    state = to
  }
  if (start > 0) kernel.wipe(AT.data, DATA_LENGTH)
  bytes.set(start === 0 ? message : message.subarray(start), AT.data)
  const padded = pad(machine, length - start, before + length)
  kernel.compress(state, to, AT.data, padded / block)
  return padded
}

/**
 * Section 5.1: a bit of 1, zeros, and the length in bits at the end of a block. The zeros are there.
 *
 * @param rest - Bytes of the message at `AT.data`.
 * @param total - Bytes of the whole message, below 2^53.
 * @returns The length of the blocks at `AT.data`.
 */
function pad({ bytes, view, block, lengthField }: Machine, rest: number, total: number): number {
  const padded = block * Math.ceil((rest + 1 + lengthField) / block)
  const end = AT.data + padded
  bytes[AT.data + rest] = 0x80
  view.setUint32(end - 8, Math.floor(total / 2 ** 29))
  view.setUint32(end - 4, total << 3)
  return padded
}

/** Copies the digest out and wipes all but the constants. */
function take({ kernel, bytes }: Machine, length: number, used: number): Uint8Array {
  const result = bytes.slice(AT.digest, AT.digest + length)
  kernel.wipe(AT.inner, AT.data + used - AT.inner)
  return result
}
