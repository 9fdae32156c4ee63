import { bytesToHex } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import {
  NIBBLE_TABLES,
  NIBBLE_TABLES_LENGTH,
  nibbleTableBytes,
  nibbleTableOffset,
} from '../../../src/aes/engine/nibble-tables.ts'
import { deriveNibbleTables } from './derive-nibble-tables.ts'

describe('the nibble tables', () => {
  it('are the ones that the field gives', () => {
    const derived = Object.entries(deriveNibbleTables()).map(([name, table]) => [
      name,
      bytesToHex(Uint8Array.from(table)),
    ])
    expect(Object.entries(NIBBLE_TABLES)).toEqual(derived)
  })

  it('are where the kernel looks for them', () => {
    const bytes = nibbleTableBytes()
    expect(bytes).toHaveLength(NIBBLE_TABLES_LENGTH)
    const offset = nibbleTableOffset('inverseRows3')
    expect(bytesToHex(bytes.subarray(offset, offset + 16))).toBe(NIBBLE_TABLES.inverseRows3)
  })

  // FIPS 197 section 5.1.1, figure 7: S(0) = 63, S(1) = 7c, S(53) = ed, S(ff) = 16.
  it('look up the S-box of the standard', () => {
    const tables = deriveNibbleTables()
    const swizzle = (table: readonly number[], index: number) => table[index] ?? 0
    const substitute = (value: number) => {
      const internal =
        swizzle(tables.toInternalLow, value & 15) ^ swizzle(tables.toInternalHigh, value >> 4)
      const [i, k] = [internal >> 4, internal & 15]
      const j = i ^ k
      const ak = swizzle(tables.inverseTimesA, k)
      const io = swizzle(tables.inverse, swizzle(tables.inverse, i) ^ ak) ^ j
      const jo = swizzle(tables.inverse, swizzle(tables.inverse, j) ^ ak) ^ i
      return swizzle(tables.sBoxU, io) ^ swizzle(tables.sBoxT, jo) ^ 0x63
    }
    expect([0, 1, 0x53, 0xff].map(substitute)).toEqual([0x63, 0x7c, 0xed, 0x16])
  })
})
