/**
 * The tables of AES by vector permutation: what the kernel looks up, 16 bytes at a time, in constant time.
 *
 * An element of GF(2^8) is written iζ + jζ', where i and j are in GF(16), ζ + ζ^16 = 1 and ζ' = ζ^16. The
 * internal form of a byte has i in its high nibble and k = i + j in its low one. With N = ζζ' and a = 1/N,
 *
 *     io = 1/(1/i + a/k) + j      jo = 1/(1/j + a/k) + i
 *     1/x = ζ(t + N(u + t)) + ζ'(u + N(u + t))      u = 1/io, t = 1/jo
 *
 * where 1/0 is ∞, 1/∞ is 0 and ∞ plus anything is ∞. ∞ is 0x80, which a swizzle maps to 0. The last line is
 * linear in u and in t: any linear function of 1/x is one look-up at io (`U`) and one at jo (`T`).
 *
 * The constant 0x63 of the S-box is in no table: it goes through MixColumns unchanged, so the round keys hold it.
 * A test derives every table from the field.
 *
 * @see Hamburg, "Accelerating AES with Vector Permute Instructions" (CHES 2009), sections 3 and 4
 */

import { hexToBytes } from '@noble/hashes/utils.js'

/** 16 bytes each, as hexadecimal digits, indexed by a nibble or by a place in a block. */
export const NIBBLE_TABLES = {
  // What both directions look up.
  inverse: '80010c08060f040e030d0b0a02090705',
  inverseTimesA: '800c0604030b02070d0a090501080f0e',
  // The input of encryption: a byte's nibbles to its internal form.
  toInternalLow: '00104656adbdebfb9d8ddbcb30207666',
  toInternalHigh: '0057297e07502e79fea9d780f9aed087',
  // The S-box times 1 and 2, in internal form; MixColumns and ShiftRows as places; the plain S-box of the last round.
  times1U: '00cc3df281bfcf7382f170bc4e3e4d03',
  times1T: '00fd107b47c16b3cd1edaa572c86ba96',
  times2U: '004269fd70cf948da62b5b19e4bf32d6',
  times2T: '004a46c46fe182aba70c6329ed8e25c8',
  rows0: '00050a0f04090e03080d02070c01060b',
  rows1: '050a0f00090e03040d02070801060b0c',
  rows2: '0a0f00050e0304090207080d060b0c01',
  rows3: '0f00050a0304090e07080d020b0c0106',
  sBoxU: '004bb52aa3c29f8977fe5d163c61e8d4',
  sBoxT: '005401b711f2b6a6f3554410a7e345e2',
  // The input of decryption: a byte's nibbles to the internal form of the inverse affine transformation.
  fromCipherLow: '00dc04d8a478a07c16ca12ceb26eb66a',
  fromCipherHigh: '007a8af0ef95651f94ee1e647b01f18b',
  // InvMixColumns of the inverse S-box in the form of that input; the places; the plain inverse of the last round.
  inverseTimes14U: '00c09db4c5b129712c5d9858ec7405e9',
  inverseTimes14T: '0076a7b9bd721e04d5d16c1aa3cfcb68',
  inverseTimes11U: '0005b15898c5e9c074b42c29715d9dec',
  inverseTimes11T: '00cb721a6cbd6876cfb9d51e04d1a7a3',
  inverseTimes13U: '004ecc32d0acfee26082521c2e7c9eb0',
  inverseTimes13T: '0020108afd579a774730cded67aaddba',
  inverseTimes9U: '00473020ed8a10cdba779addfd67aa57',
  inverseTimes9T: '008d38b36b558bd86db5de53e03ee606',
  inverseRows0: '000d0a0704010e0b0805020f0c090603',
  inverseRows1: '0d0a0700010e0b0405020f080906030c',
  inverseRows2: '0a07000d0e0b0401020f080506030c09',
  inverseRows3: '07000d0a0b04010e0f080502030c0906',
  plainU: '001eab8fb223243d88b507199691ac3a',
  plainT: '001f4a3feece75d18455bba49b20f16a',
} as const

/** A table by what it holds. */
export type NibbleTableName = keyof typeof NIBBLE_TABLES

const NAMES = Object.keys(NIBBLE_TABLES)

/** The length of {@link nibbleTableBytes}. */
export const NIBBLE_TABLES_LENGTH: number = 16 * NAMES.length

/** Where a table begins in {@link nibbleTableBytes}. */
export const nibbleTableOffset = (name: NibbleTableName): number => 16 * NAMES.indexOf(name)

/** Returns all tables, one after the other, in a fresh array. */
export const nibbleTableBytes = (): Uint8Array => hexToBytes(Object.values(NIBBLE_TABLES).join(''))
