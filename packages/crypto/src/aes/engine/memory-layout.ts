/** What is where in the memory of the AES kernel: one page, of which everything from `schedule` on is secret. */

import { NIBBLE_TABLES_LENGTH } from './nibble-tables.ts'

/** Bytes of a block. */
export const BLOCK = 16

/** Bytes of text in the memory at one time: whole groups of 16 blocks. */
export const DATA_LENGTH = 32768

/**
 * Addresses in bytes. From `schedule` on everything is zero between two operations.
 *
 * | address | bytes | holds |
 * | --- | --- | --- |
 * | `tables` | 480 | the nibble tables: constants |
 * | `lastKey` | 4 | the address of the last round key: says how many rounds there are |
 * | `schedule` | 240 | the round keys, as the direction needs them |
 * | `chain` | 16 | the counter of CTR, the last ciphertext of CBC, the value A of key wrap |
 * | `subkey` | 16 | H of GHASH |
 * | `hash` | 16 | Y of GHASH |
 * | `masked` | 192 | H for multiplications without carries |
 * | `lengths` | 16 | the last block of GHASH
 * | `data` | | one block before the text, the text, room for the blocks that CTR computes too many |
 * | `lanes` | 1024 | four groups of 16 blocks at work |
 * | `laneTable` | 8192 | the multiples of H^16 |
 */
export const AT: Readonly<
  Record<
    | 'tables'
    | 'lastKey'
    | 'schedule'
    | 'chain'
    | 'subkey'
    | 'hash'
    | 'masked'
    | 'lengths'
    | 'data'
    | 'lanes'
    | 'laneTable',
    number
  >
> = {
  tables: 0,
  lastKey: NIBBLE_TABLES_LENGTH,
  schedule: 512,
  chain: 768,
  subkey: 784,
  hash: 800,
  masked: 816,
  lengths: 1008,
  data: 1024,
  lanes: 40960,
  laneTable: 49152,
}

/** The end of the lanes' memory. */
export const LANES_END = 57344

/** Blocks of a group: how many GHASH absorbs side by side. */
export const LANES = 16

/** Places of a nibble in a block: rows of the table for each byte of a product. */
export const PLACES = 32

/** The groups at work, all transposed: the state, what it absorbs next, and two that a transposition goes through. */
export const STATE: number = AT.lanes
export const NEXT: number = STATE + LANES * BLOCK
export const WORK: number = NEXT + LANES * BLOCK
