import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyChanges,
  createKey,
  exportChanges,
  exportState,
  forkHsm,
  HsmError,
  importKey,
  importState,
} from '../../src/index.ts'
import { octJwk } from '../known-keys.ts'
import { errorOf } from '../refusal.ts'
import { runs } from '../runs.ts'
import { snapshot } from '../snapshot.ts'
import { testHsm } from '../test-hsm.ts'

const SEED = 'pocket-hsm tests'
const CODES = [
  'StateDamaged',
  'StateOfAnotherDomain',
  'StateFormatUnknown',
  'StateOfAnotherKind',
] as const

const { hsm: exported } = testHsm()
const { hsm: target } = testHsm()
const saved = forkHsm(exported)
createKey(exported, 'orders', { kty: 'oct', tags: { a: 'b' } })
const state = exportState(exported)
const changes = exportChanges(exported, saved) ?? new Uint8Array(0)
const before = snapshot(target)

const TAKERS = [
  ['importState', state, (bytes: Uint8Array) => void importState(bytes, { seed: SEED })],
  ['applyChanges', changes, (bytes: Uint8Array) => applyChanges(target, bytes)],
] as const

describe.each(TAKERS)('%s and damage', (_, bytes, take) => {
  const isRefused = (altered: Uint8Array): boolean => {
    try {
      take(altered)
      return false
    } catch (error) {
      return error instanceof HsmError && CODES.some((code) => code === error.code)
    }
  }

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('bit %i turned over in any byte is refused', (bit) => {
    const taken = [...bytes.keys()].filter(
      (position) => !isRefused(bytes.with(position, (bytes[position] ?? 0) ^ (1 << bit))),
    )
    expect(taken).toEqual([])
  })

  it('bytes that are cut off anywhere are refused', () => {
    expect([...bytes.keys()].filter((length) => !isRefused(bytes.slice(0, length)))).toEqual([])
  })

  it('bytes whose beginning is missing are refused', () => {
    const starts = [...bytes.keys()].slice(1)
    expect(starts.filter((start) => !isRefused(bytes.slice(start)))).toEqual([])
  })

  it('a byte too many anywhere is refused', () => {
    for (const byte of Buffer.from('A{\n\0')) {
      const taken = [...bytes.keys(), bytes.length].filter(
        (position) => !isRefused(Uint8Array.from([...bytes].toSpliced(position, 0, byte))),
      )
      expect(taken).toEqual([])
    }
  })

  it.each(['', '\n', 'null\n', '7\n', '{}\n', '[]\n', '{"format":7}\n', '{"format":', 'state'])(
    'what is no export is refused as damaged: %j',
    (text) => {
      expect(errorOf(() => take(Buffer.from(text)))).toMatchObject({
        status: 400,
        code: 'StateDamaged',
        message: 'The bytes are no state export, or a damaged one.',
      })
    },
  )

  it('arbitrary bytes are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (arbitrary) => isRefused(arbitrary)),
      runs(500),
    )
  })

  it('an arbitrary piece replaced by arbitrary bytes is refused', () => {
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.nat(64),
        fc.uint8Array({ maxLength: 64 }),
        (start, length, piece) => {
          const altered = Uint8Array.from([...bytes].toSpliced(start, length, ...piece))
          return Buffer.from(altered).equals(bytes) || isRefused(altered)
        },
      ),
      runs(500),
    )
  })

  it('nothing of what it holds is in an error', () => {
    for (const position of bytes.keys()) {
      const error = errorOf(() => take(bytes.with(position, (bytes[position] ?? 0) ^ 1)))
      expect(error.message).not.toContain('orders')
      expect(error.cause).toBeUndefined()
    }
  })
})

type Parts = readonly (Uint8Array | undefined)[]

describe('the chunks of an export', () => {
  const { hsm } = testHsm()
  const value = 'v'.repeat(256)
  const tags = Object.fromEntries([...Array(15).keys()].map((n) => [`tag-${n}`, value]))
  const export600 = () => {
    for (let i = 0; i < 600; i++) importKey(hsm, `key-${i}`, octJwk(), { tags })
    return exportState(hsm)
  }
  const partsOf = (bytes: Uint8Array): Parts => {
    const start = bytes.indexOf(10) + 1
    const parts = [bytes.slice(0, start)]
    for (let at = start; at < bytes.length; ) {
      const end = at + 4 + Buffer.from(bytes).readUInt32BE(at)
      parts.push(bytes.slice(at, end))
      at = end
    }
    return parts
  }
  const one = partsOf(export600())
  const other = partsOf(export600())
  const takes = (parts: Parts) => () =>
    importState(Buffer.concat(parts.map((part) => part ?? new Uint8Array(0))), { seed: SEED })

  it('are several here, and good as they are', () => {
    expect(one.length).toBeGreaterThan(3)
    expect(takes(one)().profile).toBe('managed-hsm')
    expect(takes(other)().profile).toBe('managed-hsm')
  })

  it.each([
    ['the first left out', () => one.toSpliced(1, 1)],
    ['one in the middle left out', () => one.toSpliced(2, 1)],
    ['the last left out', () => one.slice(0, -1)],
    ['all left out', () => one.slice(0, 1)],
    ['two in each other’s place', () => one.with(1, one[2]).with(2, one[1])],
    ['one twice', () => one.toSpliced(2, 0, one[2])],
    ['the last twice', () => [...one, one.at(-1)]],
    ['the first of another export', () => one.with(1, other[1])],
    ['the last of another export', () => [...one.slice(0, -1), other.at(-1)]],
    ['another export behind', () => [...one, ...other]],
    ['chunks of another export behind', () => [...one, ...other.slice(1)]],
    [
      'another line, of the same length',
      () => [Buffer.from(one[0] ?? []).fill(32, 1, 1), ...one.slice(2)],
    ],
  ] as readonly (readonly [string, () => Parts])[])('are refused with %s', (_, parts) => {
    expect(errorOf(takes(parts())).code).toBe('StateDamaged')
  })
})

describe('an HSM to which nothing was applied', () => {
  it('is as it was', () => {
    expect(snapshot(target)).toEqual(before)
  })
})
