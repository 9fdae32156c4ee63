import { concatBytes } from '@pocket-hsm/crypto'
import { describe, expect, it } from 'vitest'
import {
  applyChanges,
  createHsm,
  createKey,
  exportChanges,
  exportState,
  exportStateInParts,
  forkHsm,
  type Hsm,
  importState,
  listKeys,
} from '../../src/index.ts'

const SEED = { seed: 'export in parts', clock: () => 1_700_000_000_000 }

function hsmWithKeys(count: number): Hsm {
  const hsm = createHsm(SEED)
  for (let index = 0; index < count; index += 1) createKey(hsm, `key-${index}`, { kty: 'oct-HSM' })
  return hsm
}

describe('an export in parts', () => {
  it('is the export at once, whatever the number of parts', () => {
    for (const count of [0, 1, 600]) {
      const hsm = hsmWithKeys(count)
      const parts = [...exportStateInParts(hsm)]
      expect(concatBytes(...parts)).toEqual(exportState(hsm))
      expect(parts.length > 3).toBe(count === 600)
    }
  })

  it('is of the moment at which it was asked for', () => {
    const hsm = hsmWithKeys(1)
    const before = exportState(hsm)
    const parts = exportStateInParts(hsm)
    createKey(hsm, 'later', { kty: 'oct-HSM' })
    expect(concatBytes(...parts)).toEqual(before)
  })

  it('is followed by the changes since', () => {
    const hsm = hsmWithKeys(1)
    const fork = forkHsm(hsm)
    const copy = importState(concatBytes(...exportStateInParts(hsm)), SEED)
    createKey(hsm, 'later', { kty: 'oct-HSM' })
    applyChanges(copy, exportChanges(hsm, fork) ?? new Uint8Array(0))
    expect(listKeys(copy).value).toHaveLength(2)
  })
})
