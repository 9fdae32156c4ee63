/** Where a curve's kernel keeps what, in bytes from the start of its memory. */

import { baseComb, type CurveShape, tablePoints } from './curve-shape.ts'

/** Tables of public keys that a kernel keeps at a time. */
export const TABLE_SLOTS = 32

/** Bytes of a scalar or coordinate, little-endian: 66 at most, and zeros up to where 64-bit reads end. */
export const BYTES_SIZE = 80

/** Addresses of a kernel. All but `table`, `slots` and `work` hold one element unless said otherwise. */
export interface MemoryLayout {
  /** Bytes of an element: 8 for each limb, rounded up to whole vectors. */
  readonly element: number
  /** Bytes of a point in a table: two coordinates in limbs of 32 bits, rounded up to whole vectors. */
  readonly entry: number
  /** Zero. */
  readonly zero: number
  /** p, and behind it p^-1 modulo 2^w. */
  readonly p: number
  /** The order, and behind it its inverse modulo 2^w. */
  readonly n: number
  /** 1, to leave the Montgomery domain by a product. */
  readonly one: number
  /** R and R² modulo p. */
  readonly r: number
  readonly rr: number
  /** b and 3 in the Montgomery domain. */
  readonly b: number
  readonly three: number
  /** R² and R/2 modulo the order. */
  readonly nRr: number
  readonly nHalf: number
  /** (2^D - 1)/2 modulo the order. */
  readonly nShift: number
  /** First and last address of what a call leaves behind: all of it is wiped after each call. */
  readonly scratch: number
  readonly scratchEnd: number
  /** Numbers as bytes: nonce or coordinate, private key, digest, r or x, s or y. */
  readonly bytesK: number
  readonly bytesD: number
  readonly bytesZ: number
  readonly bytesR: number
  readonly bytesS: number
  /** Recoded scalars, as bytes. */
  readonly digits: number
  readonly otherDigits: number
  /** Numbers modulo the order. */
  readonly k: number
  readonly m1: number
  readonly m2: number
  readonly m3: number
  /** The accumulator in Jacobian coordinates. */
  readonly x: number
  readonly y: number
  readonly z: number
  /** The affine point that is added to it. */
  readonly addX: number
  readonly addY: number
  /** Temporaries modulo p. */
  readonly t1: number
  readonly t2: number
  readonly t3: number
  readonly t4: number
  readonly t5: number
  /** Columns of a product modulo the order. */
  readonly columns: number
  /** f, g, d and e of an inversion. */
  readonly f: number
  readonly g: number
  readonly d: number
  readonly e: number
  /** The selected entry of a table. */
  readonly selected: number
  /** The table of the base point, then those of public keys. */
  readonly table: number
  readonly slots: number
  /** Bytes of a public key's table. */
  readonly tableSize: number
  /** Where a table is made: points of four elements, X, Y, Z and one for the simultaneous inversion. */
  readonly work: number
  /** Pages of 65536 bytes. */
  readonly pages: number
}

const roundUp = (size: number) => (size + 15) & -16

/** Computes the layout of a curve. */
export function layoutOf(shape: CurveShape): MemoryLayout {
  const element = roundUp(8 * shape.limbs)
  const entry = roundUp(8 * shape.limbs)
  const base = baseComb(shape)
  const points = tablePoints(base)
  const tableSize = tablePoints(shape) * entry
  let end = 64
  const take = (size: number) => {
    end += size
    return end - size
  }
  const next = () => take(element)
  const modulus = () => take(element + 16)
  const constants = {
    zero: next(),
    p: modulus(),
    n: modulus(),
    one: next(),
    r: next(),
    rr: next(),
    b: next(),
    three: next(),
    nRr: next(),
    nHalf: next(),
    nShift: next(),
  }
  const scratch = end
  const secrets = {
    bytesK: take(BYTES_SIZE),
    bytesD: take(BYTES_SIZE),
    bytesZ: take(BYTES_SIZE),
    bytesR: take(BYTES_SIZE),
    bytesS: take(BYTES_SIZE),
    digits: take(BYTES_SIZE),
    otherDigits: take(BYTES_SIZE),
    k: next(),
    m1: next(),
    m2: next(),
    m3: next(),
    x: next(),
    y: next(),
    z: next(),
    addX: next(),
    addY: next(),
    t1: next(),
    t2: next(),
    t3: next(),
    t4: next(),
    t5: next(),
    columns: next(),
    f: next(),
    g: next(),
    d: next(),
    e: next(),
    selected: take(entry),
  }
  const scratchEnd = end
  const table = take(points * entry)
  const slots = take(TABLE_SLOTS * tableSize)
  // 2·blocks·teeth points of the teeth, then those of the table itself: the longest is that of the base point.
  const work = take((2 * base.blocks * base.teeth + points) * 4 * element)
  const pages = Math.ceil(end / 65536)
  return {
    element,
    entry,
    ...constants,
    scratch,
    ...secrets,
    scratchEnd,
    table,
    slots,
    tableSize,
    work,
    pages,
  }
}
