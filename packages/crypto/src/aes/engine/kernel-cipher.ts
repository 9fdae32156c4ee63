/**
 * The rounds of AES by vector permutation, for one block or for several in step.
 *
 * All tables are vectors and every look-up is a swizzle of 16 bytes at once: neither the time nor the addresses
 * depend on key or data. A round is 13 look-ups and swizzles to encrypt, 17 to decrypt.
 *
 * @see Hamburg, "Accelerating AES with Vector Permute Instructions" (CHES 2009); FIPS 197 sections 5.1 and 5.3.5
 */

import { NO_RESULT, OP, SIMD } from '../../wasm/opcodes.ts'
import {
  type Emitter,
  get,
  i32,
  op,
  opAt,
  opWith,
  type PlainFunction,
  set,
  simd,
  simdAt,
  TYPE,
} from '../../wasm/plain-emitter.ts'
import {
  invert,
  loadSharedTables,
  mapBytes,
  pushLinear,
  pushLinearFromMemory,
  pushSwizzled,
  pushTable,
  SHARED_TABLES,
  type State,
} from './kernel-parts.ts'
import { AT, BLOCK } from './memory-layout.ts'
import type { NibbleTableName } from './nibble-tables.ts'

/** How one direction of the cipher is written. */
interface Direction {
  /** The maps of the input. */
  readonly input: readonly [low: NibbleTableName, high: NibbleTableName]
  /** The tables that its rounds keep in locals, behind the shared ones. */
  readonly tables: readonly NibbleTableName[]
  /** Pushes the next state without its round key; `tables` is the first local of them. */
  readonly pushRound: (out: Emitter, state: State, tables: number) => void
  /** The maps of the last round, and where its bytes come from. */
  readonly output: readonly [u: NibbleTableName, t: NibbleTableName]
  readonly rows: NibbleTableName
}

/** Encryption. */
export const ENCRYPTION: Direction = {
  input: ['toInternalLow', 'toInternalHigh'],
  tables: ['times1U', 'times1T', 'times2U', 'times2T', 'rows0', 'rows1', 'rows2', 'rows3'],
  pushRound: pushEncryptionRound,
  output: ['sBoxU', 'sBoxT'],
  rows: 'rows0',
}

/** Decryption: the equivalent inverse cipher of section 5.3.5. */
export const DECRYPTION: Direction = {
  input: ['fromCipherLow', 'fromCipherHigh'],
  tables: [
    'inverseTimes14U',
    'inverseTimes14T',
    'inverseTimes11U',
    'inverseTimes11T',
    'inverseTimes13U',
    'inverseTimes13T',
    'inverseTimes9U',
    'inverseTimes9T',
    'inverseRows0',
    'inverseRows1',
    'inverseRows2',
    'inverseRows3',
  ],
  pushRound: pushDecryptionRound,
  output: ['plainU', 'plainT'],
  rows: 'inverseRows0',
}

/** How many locals of type v128 the tables of a direction take. */
export const tableCount = ({ tables }: Direction): number => SHARED_TABLES + tables.length

/** Loads the tables of a direction into the locals from `first` on. */
export function loadTables(out: Emitter, { tables }: Direction, first: number): void {
  loadSharedTables(out, first)
  for (const [index, name] of tables.entries()) {
    pushTable(out, name)
    set(out, first + SHARED_TABLES + index)
  }
}

/**
 * Runs the cipher on some blocks, in step.
 *
 * @param states - Before, x of each is a block; afterwards, i is the block's encryption or decryption.
 * @param tables - The first local of the tables.
 * @param key - A local of type i32: walks through the round keys.
 */
export function cipherRounds(
  out: Emitter,
  direction: Direction,
  states: readonly State[],
  tables: number,
  key: number,
): void {
  const isEncryption = direction === ENCRYPTION
  const step = isEncryption ? BLOCK : -BLOCK
  if (isEncryption) i32(out, AT.schedule)
  else pushLastKey(out)
  set(out, key)
  for (const state of states) {
    get(out, state[0])
    pushKey(out, key)
    simd(out, SIMD.xor)
    set(out, state[0])
    mapBytes(out, state, tables, ...direction.input)
  }
  opWith(out, OP.loop, NO_RESULT)
  get(out, key)
  i32(out, step)
  op(out, OP.i32Add)
  set(out, key)
  for (const state of states) invert(out, state, tables)
  for (const state of states) {
    direction.pushRound(out, state, tables + SHARED_TABLES)
    pushKey(out, key)
    simd(out, SIMD.xor)
    set(out, state[0])
  }
  get(out, key)
  i32(out, step)
  op(out, OP.i32Add)
  if (isEncryption) pushLastKey(out)
  else i32(out, AT.schedule)
  op(out, OP.i32Ne)
  opWith(out, OP.brIf, 0)
  op(out, OP.end)
  for (const state of states) {
    invert(out, state, tables)
    pushLinearFromMemory(out, state, ...direction.output)
    pushTable(out, direction.rows)
    simd(out, SIMD.swizzle)
    get(out, key)
    i32(out, step)
    op(out, OP.i32Add)
    simdAt(out, SIMD.load, 0)
    simd(out, SIMD.xor)
    set(out, state[1])
  }
}

function pushKey(out: Emitter, key: number): void {
  get(out, key)
  simdAt(out, SIMD.load, 0)
}

function pushLastKey(out: Emitter): void {
  i32(out, 0)
  opAt(out, OP.i32Load, AT.lastKey)
}

/** SubBytes times 1 in x and times 2 in j; then MixColumns with ShiftRows: {2, 3, 1, 1} by rows. */
function pushEncryptionRound(out: Emitter, state: State, tables: number): void {
  const [x, , j] = state
  const rows = tables + 4
  pushLinear(out, state, tables, tables + 1)
  set(out, x)
  pushLinear(out, state, tables + 2, tables + 3)
  set(out, j)
  pushSwizzled(out, j, rows)
  get(out, j)
  get(out, x)
  simd(out, SIMD.xor)
  get(out, rows + 1)
  simd(out, SIMD.swizzle)
  simd(out, SIMD.xor)
  pushSwizzled(out, x, rows + 2)
  simd(out, SIMD.xor)
  pushSwizzled(out, x, rows + 3)
  simd(out, SIMD.xor)
}

/** InvMixColumns with InvShiftRows of the inverse S-box: {14, 11, 13, 9} by rows. */
function pushDecryptionRound(out: Emitter, state: State, tables: number): void {
  for (let row = 0; row < 4; row++) {
    pushLinear(out, state, tables + 2 * row, tables + 2 * row + 1)
    get(out, tables + 8 + row)
    simd(out, SIMD.swizzle)
    if (row > 0) simd(out, SIMD.xor)
  }
}

/** Encrypts or decrypts one block: for the functions of the module that take one block after the other. */
export const blockFunction = (direction: Direction): PlainFunction => ({
  parameters: [TYPE.v128],
  result: TYPE.v128,
  locals: [
    [1, TYPE.i32],
    [2 + tableCount(direction), TYPE.v128],
  ],
  body(out) {
    loadTables(out, direction, 4)
    cipherRounds(out, direction, [[0, 2, 3]], 4, 1)
    get(out, 2)
  },
})
