/**
 * The modes of AES over the text at `AT.data`: CTR and CBC (NIST SP 800-38A), key wrap (SP 800-38F).
 *
 * CTR computes four blocks in step, which hides the latency of the look-ups; more would need more registers than
 * there are. CBC decrypts two, since its rounds need more tables. CBC encryption and key wrap cannot but wait for
 * one block before the next.
 */

import { NO_RESULT, OP, SIMD } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i32,
  op,
  opWith,
  type PlainFunction,
  set,
  simd,
  simdAt,
  simdWith,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import { cipherRounds, DECRYPTION, ENCRYPTION, loadTables, tableCount } from './kernel-cipher.ts'
import { countDown, FUNCTION, increase, type State, swizzleBy } from './kernel-parts.ts'
import { AT, BLOCK } from './memory-layout.ts'

/** Blocks in step of CTR and of CBC decryption. */
const CTR_STEP = 4
const CBC_STEP = 2

/** States in the locals from `first` on, three each. */
const statesFrom = (first: number, count: number): readonly State[] =>
  Array.from({ length: count }, (_, index) => [
    first + 3 * index,
    first + 3 * index + 1,
    first + 3 * index + 2,
  ])

/** The last four bytes the other way around: a counter as a number, or as its bytes. */
const COUNTER_BYTES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12]

/**
 * Changes 4·`steps` blocks at `address` by the key stream, from the counter at `AT.chain` on, and leaves the next one there.
 *
 * The counter has 32 bits and wraps around: SP 800-38D section 6.2.
 */
export const CTR: PlainFunction = {
  name: 'ctr',
  parameters: [TYPE.i32, TYPE.i32],
  locals: [
    [1, TYPE.i32],
    [1 + 3 * CTR_STEP + tableCount(ENCRYPTION), TYPE.v128],
  ],
  body(out) {
    const [address, steps, key, counter] = [0, 1, 2, 3]
    const states = statesFrom(4, CTR_STEP)
    const tables = 4 + 3 * CTR_STEP
    loadTables(out, ENCRYPTION, tables)
    i32(out, 0)
    simdAt(out, SIMD.load, AT.chain)
    swizzleBy(out, COUNTER_BYTES)
    set(out, counter)
    opWith(out, OP.loop, NO_RESULT)
    for (const [x] of states) {
      get(out, counter)
      swizzleBy(out, COUNTER_BYTES)
      set(out, x)
      get(out, counter)
      simdWith(out, SIMD.const, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
      simd(out, SIMD.i32x4Add)
      set(out, counter)
    }
    cipherRounds(out, ENCRYPTION, states, tables, key)
    for (const [index, [, i]] of states.entries()) {
      get(out, address)
      get(out, address)
      simdAt(out, SIMD.load, BLOCK * index)
      get(out, i)
      simd(out, SIMD.xor)
      simdAt(out, SIMD.store, BLOCK * index)
    }
    increase(out, address, BLOCK * CTR_STEP)
    countDown(out, steps)
    i32(out, 0)
    get(out, counter)
    swizzleBy(out, COUNTER_BYTES)
    simdAt(out, SIMD.store, AT.chain)
  },
}

/** Encrypts `count` blocks at `AT.data` after the one at `AT.chain`, and leaves the last ciphertext there. */
export const CBC_ENCRYPT: PlainFunction = {
  name: 'cbcEncrypt',
  parameters: [TYPE.i32],
  locals: [
    [1, TYPE.i32],
    [1, TYPE.v128],
  ],
  body(out) {
    const [count, address, chain] = [0, 1, 2]
    loadChain(out, chain)
    opWith(out, OP.loop, NO_RESULT)
    get(out, address)
    get(out, address)
    simdAt(out, SIMD.load, AT.data)
    get(out, chain)
    simd(out, SIMD.xor)
    opWith(out, OP.call, FUNCTION.encryptBlock)
    opWith(out, OP.tee, chain)
    simdAt(out, SIMD.store, AT.data)
    increase(out, address, BLOCK)
    countDown(out, count)
    storeChain(out, chain)
  },
}

/**
 * Decrypts 2·`steps` blocks at `AT.data` after the one at `AT.chain`, and leaves the last ciphertext there.
 */
export const CBC_DECRYPT: PlainFunction = {
  name: 'cbcDecrypt',
  parameters: [TYPE.i32],
  locals: [
    [2, TYPE.i32],
    [1 + 3 * CBC_STEP + tableCount(DECRYPTION), TYPE.v128],
  ],
  body(out) {
    const [steps, address, key, chain] = [0, 1, 2, 3]
    const states = statesFrom(4, CBC_STEP)
    const tables = 4 + 3 * CBC_STEP
    loadTables(out, DECRYPTION, tables)
    loadChain(out, chain)
    opWith(out, OP.loop, NO_RESULT)
    for (const [index, [x]] of states.entries()) {
      get(out, address)
      simdAt(out, SIMD.load, AT.data + BLOCK * index)
      set(out, x)
    }
    cipherRounds(out, DECRYPTION, states, tables, key)
    for (const [index, [x, i]] of states.entries()) {
      get(out, address)
      simdAt(out, SIMD.load, AT.data + BLOCK * index)
      set(out, x)
      get(out, address)
      get(out, i)
      get(out, chain)
      simd(out, SIMD.xor)
      simdAt(out, SIMD.store, AT.data + BLOCK * index)
      get(out, x)
      set(out, chain)
    }
    increase(out, address, BLOCK * CBC_STEP)
    countDown(out, steps)
    storeChain(out, chain)
  },
}

/** One of the six passes of key wrap over `count` semiblocks at `AT.data`, A at `AT.chain`; `step` is t of the first. */
export const WRAP: PlainFunction = {
  name: 'wrap',
  parameters: [TYPE.i32, TYPE.i32],
  locals: [
    [1, TYPE.i32],
    [1, TYPE.v128],
  ],
  body(out) {
    const [count, step, address, block] = [0, 1, 2, 3]
    loadChain(out, block)
    opWith(out, OP.loop, NO_RESULT)
    get(out, address)
    get(out, block)
    laneAt(out, SIMD.load64Lane)
    opWith(out, OP.call, FUNCTION.encryptBlock)
    set(out, block)
    get(out, address)
    get(out, block)
    laneAt(out, SIMD.store64Lane)
    pushWithStep(out, block, step)
    set(out, block)
    increase(out, step, 1)
    increase(out, address, BLOCK / 2)
    countDown(out, count)
    storeChain(out, block)
  },
}

/** The inverse of {@link WRAP}: from the last semiblock to the first; `step` is t of the last. */
export const UNWRAP: PlainFunction = {
  name: 'unwrap',
  parameters: [TYPE.i32, TYPE.i32],
  locals: [
    [1, TYPE.i32],
    [1, TYPE.v128],
  ],
  body(out) {
    const [count, step, address, block] = [0, 1, 2, 3]
    loadChain(out, block)
    get(out, count)
    i32(out, 3)
    op(out, OP.i32Shl)
    set(out, address)
    opWith(out, OP.loop, NO_RESULT)
    increase(out, address, -BLOCK / 2)
    get(out, address)
    pushWithStep(out, block, step)
    laneAt(out, SIMD.load64Lane)
    opWith(out, OP.call, FUNCTION.decryptBlock)
    set(out, block)
    get(out, address)
    get(out, block)
    laneAt(out, SIMD.store64Lane)
    increase(out, step, -1)
    countDown(out, count)
    storeChain(out, block)
  },
}

/** The right half of a block, to or from a semiblock of the data. */
function laneAt(out: Emitter, opcode: number): void {
  simdAt(out, opcode, AT.data)
  op(out, 1)
}

/** Pushes a block whose left half, A, is changed by t as a big-endian number of 64 bits, below 2^32. */
function pushWithStep(out: Emitter, block: number, step: number): void {
  const NONE = 0x80
  get(out, block)
  get(out, step)
  simd(out, SIMD.i32x4Splat)
  swizzleBy(out, [NONE, NONE, NONE, NONE, 3, 2, 1, 0, ...Array.from({ length: 8 }, () => NONE)])
  simd(out, SIMD.xor)
}

function loadChain(out: Emitter, local: number): void {
  i32(out, 0)
  simdAt(out, SIMD.load, AT.chain)
  set(out, local)
}

function storeChain(out: Emitter, local: number): void {
  i32(out, 0)
  get(out, local)
  simdAt(out, SIMD.store, AT.chain)
}
