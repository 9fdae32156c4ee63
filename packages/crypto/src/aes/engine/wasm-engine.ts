/**
 * AES with the kernel in WebAssembly: what goes into its memory, in which order its functions run, what comes out.
 *
 * Keys are expanded at each call, and everything secret in the memory is overwritten with zeros at its end. Longer
 * texts pass through the memory in parts, so that it never grows.
 */

import type { AesEngine, GcmInput, GcmOutput } from './aes-engine.ts'
import { type AesKernel, createAesKernel } from './kernel.ts'
import { AT, BLOCK, DATA_LENGTH } from './memory-layout.ts'
import { nibbleTableBytes } from './nibble-tables.ts'

/** Returns the engine, whose kernel is made at the first call; `undefined` where the host cannot run it. */
export function wasmAes(): AesEngine | undefined {
  if (made === undefined) {
    const kernel = createAesKernel()
    made = { engine: kernel && createWasmAes(kernel) }
  }
  return made.engine
}

let made: { readonly engine: AesEngine | undefined } | undefined

/** Makes an engine of a kernel, which nothing else may use. */
export function createWasmAes(kernel: AesKernel): AesEngine {
  const { buffer } = kernel.memory
  const machine = { kernel, bytes: new Uint8Array(buffer), view: new DataView(buffer) }
  machine.bytes.set(nibbleTableBytes(), AT.tables)
  return {
    gcm: (input) => gcm(machine, input),
    cbcEncrypt: (key, iv, blocks) => cbc(machine, key, iv, blocks, false),
    cbcDecrypt: (key, iv, blocks) => cbc(machine, key, iv, blocks, true),
    wrap: (kek, semiblocks) => keyWrap(machine, kek, semiblocks, false),
    unwrap: (kek, semiblocks) => keyWrap(machine, kek, semiblocks, true),
  }
}

interface Machine {
  readonly kernel: AesKernel
  /** All of the memory, and all of it again. */
  readonly bytes: Uint8Array
  readonly view: DataView
}

/** Making the table of the lanes pays from this many bytes on. */
const LEAST_FOR_LANES = 1280

/** The text follows a block whose encryption under the first counter masks the tag. */
const TEXT = AT.data + BLOCK

function gcm(machine: Machine, input: GcmInput): GcmOutput {
  const { kernel, bytes } = machine
  const { key, iv, aad, text, isEncryption } = input
  const output = new Uint8Array(text.length)
  const longest = Math.max(iv.length, aad.length, text.length)
  const hasLanes = longest >= LEAST_FOR_LANES
  expandKey(machine, key, false)
  kernel.prepareHash()
  if (hasLanes) kernel.prepareLanes()
  setFirstCounter(machine, iv)
  for (let start = 0; start < aad.length; start += DATA_LENGTH) {
    hashText(machine, fillText(machine, aad, start, DATA_LENGTH))
  }
  let start = 0
  let address: number = AT.data
  do {
    // CTR takes whole steps of four blocks: with the mask, or of text alone.
    const length = fillText(machine, text, start, address === AT.data ? FIRST_LENGTH : DATA_LENGTH)
    if (!isEncryption) hashText(machine, length)
    kernel.ctr(address, Math.ceil((TEXT - address + length) / STEP))
    if (isEncryption) hashText(machine, length)
    output.set(bytes.subarray(TEXT, TEXT + length), start)
    start += length
    address = TEXT
  } while (start < text.length)
  hashLengths(machine, aad.length, text.length)
  const tag = bytes.slice(AT.hash, AT.hash + BLOCK)
  for (let i = 0; i < BLOCK; i++) tag[i] = (tag[i] as number) ^ (bytes[AT.data + i] as number)
  kernel.wipe(TEXT + Math.min(longest, DATA_LENGTH) + STEP, hasLanes ? 1 : 0)
  return { text: output, tag }
}

/** Bytes of text that CTR encrypts in one step, and what the first part of a text has beside the mask. */
const STEP = 4 * BLOCK
const FIRST_LENGTH = DATA_LENGTH - BLOCK

/** SP 800-38D section 7.1, step 2. */
function setFirstCounter(machine: Machine, iv: Uint8Array): void {
  const { bytes } = machine
  if (iv.length === 12) {
    bytes.set(iv, AT.chain)
    bytes[AT.chain + BLOCK - 1] = 1
    return
  }
  for (let start = 0; start < iv.length; start += DATA_LENGTH) {
    hashText(machine, fillText(machine, iv, start, DATA_LENGTH))
  }
  hashLengths(machine, 0, iv.length)
  bytes.copyWithin(AT.chain, AT.hash, AT.hash + BLOCK)
  bytes.fill(0, AT.hash, AT.hash + BLOCK)
}

/** Copies a part of a text into the memory. @returns Its length. */
function fillText({ bytes }: Machine, text: Uint8Array, start: number, most: number): number {
  const length = Math.min(text.length - start, most)
  bytes.set(length === text.length ? text : text.subarray(start, start + length), TEXT)
  return length
}

/** Absorbs a part of a text, its last block filled up with zeros. */
function hashText({ kernel, bytes }: Machine, length: number): void {
  const blocks = Math.ceil(length / BLOCK)
  bytes.fill(0, TEXT + length, TEXT + BLOCK * blocks)
  const groups = length >= LEAST_FOR_LANES ? blocks >> 4 : 0
  if (groups > 0) kernel.hashLanes(TEXT, groups)
  const rest = blocks - 16 * groups
  if (rest > 0) kernel.hash(TEXT + 16 * BLOCK * groups, rest)
}

/** [len]64 of both, in bits: SP 800-38D section 7.1, step 5. */
function hashLengths({ kernel, view }: Machine, aadLength: number, textLength: number): void {
  view.setUint32(AT.lengths, Math.floor(aadLength / 2 ** 29))
  view.setUint32(AT.lengths + 4, aadLength << 3)
  view.setUint32(AT.lengths + 8, Math.floor(textLength / 2 ** 29))
  view.setUint32(AT.lengths + 12, textLength << 3)
  kernel.hash(AT.lengths, 1)
}

function cbc(
  machine: Machine,
  key: Uint8Array,
  iv: Uint8Array,
  blocks: Uint8Array,
  isDecryption: boolean,
): Uint8Array {
  const { kernel, bytes } = machine
  const output = new Uint8Array(blocks.length)
  expandKey(machine, key, isDecryption)
  bytes.set(iv, AT.chain)
  for (let start = 0; start < blocks.length; start += DATA_LENGTH) {
    const length = Math.min(blocks.length - start, DATA_LENGTH)
    bytes.set(length === blocks.length ? blocks : blocks.subarray(start, start + length), AT.data)
    if (isDecryption) kernel.cbcDecrypt(Math.ceil(length / (2 * BLOCK)))
    else kernel.cbcEncrypt(length / BLOCK)
    output.set(bytes.subarray(AT.data, AT.data + length), start)
  }
  kernel.wipe(AT.data + Math.min(blocks.length, DATA_LENGTH) + BLOCK, 0)
  return output
}

/** W of SP 800-38F section 6.1 or its inverse: A is the first semiblock. */
function keyWrap(
  machine: Machine,
  kek: Uint8Array,
  semiblocks: Uint8Array,
  isInverse: boolean,
): Uint8Array {
  const { kernel, bytes } = machine
  const output = new Uint8Array(semiblocks)
  const count = semiblocks.length / SEMIBLOCK - 1
  const parts = Math.ceil((count * SEMIBLOCK) / DATA_LENGTH)
  expandKey(machine, kek, isInverse)
  bytes.set(output.subarray(0, SEMIBLOCK), AT.chain)
  for (let turn = 0; turn < 6 * parts; turn++) {
    // From the first part of the first pass to the last of the sixth, or back.
    const index = isInverse ? 6 * parts - 1 - turn : turn
    const start = (index % parts) * DATA_LENGTH
    const length = Math.min(count * SEMIBLOCK - start, DATA_LENGTH)
    const first = Math.floor(index / parts) * count + start / SEMIBLOCK + 1
    const part = output.subarray(SEMIBLOCK + start, SEMIBLOCK + start + length)
    // A single part stays in the memory between the passes.
    if (parts > 1 || turn === 0) bytes.set(part, AT.data)
    if (isInverse) kernel.unwrap(length / SEMIBLOCK, first + length / SEMIBLOCK - 1)
    else kernel.wrap(length / SEMIBLOCK, first)
    if (parts > 1 || turn === 5) part.set(bytes.subarray(AT.data, AT.data + length))
  }
  output.set(bytes.subarray(AT.chain, AT.chain + SEMIBLOCK))
  kernel.wipe(AT.data + Math.min(semiblocks.length, DATA_LENGTH), 0)
  return output
}

const SEMIBLOCK = BLOCK / 2

function expandKey({ kernel, bytes }: Machine, key: Uint8Array, isDecryption: boolean): void {
  bytes.set(key, AT.schedule)
  kernel.expandKey(key.length, isDecryption ? 1 : 0)
}
