/** The members of the administration state: reading, replacing, and what exports say about them. */

import { describe, expect, it } from 'vitest'
import {
  type AdministrationMember,
  administrationMember,
  mapMember,
  readMember,
  withMember,
} from '../../src/state/administration.ts'
import { EMPTY_STATE } from '../../src/state/hsm-state.ts'
import { emptyMap, entriesAfter, type SortedMap, withValue } from '../../src/state/sorted-map.ts'

interface Colour {
  readonly bytes: Uint8Array
}

const COLOUR = administrationMember<Colour, string>({
  name: 'colour',
  initial: { bytes: Uint8Array.of(0) },
  serialize: ({ bytes }) => [...bytes].join(),
  parse: (text) => ({ bytes: Uint8Array.from(text.split(','), Number) }),
})

const SHELVES = mapMember<Colour, string>({
  name: 'shelves',
  serialize: ({ bytes }) => [...bytes].join(),
  parse: (text) => ({ bytes: Uint8Array.from(text.split(','), Number) }),
})

/** What another copy makes of the JSON of the changes. */
function copied<Value>(member: AdministrationMember<Value>, before: Value, after: Value): Value {
  let value = before
  for (const change of member.changes(before, after)) {
    value = member.apply(value, JSON.parse(JSON.stringify(change)))
  }
  return value
}

const contents = (map: SortedMap<Colour>) => [...entriesAfter(map)]

describe('a member of one value', () => {
  it('has its initial value in a new HSM', () => {
    expect(readMember(EMPTY_STATE, COLOUR)).toBe(COLOUR.initial)
  })

  it('is replaced without touching the state of before or another member', () => {
    const red = { bytes: Uint8Array.of(9) }
    const state = withMember(EMPTY_STATE, COLOUR, red)
    expect(readMember(state, COLOUR)).toBe(red)
    expect(readMember(state, SHELVES)).toBe(SHELVES.initial)
    expect(readMember(EMPTY_STATE, COLOUR)).toBe(COLOUR.initial)
  })

  it('is in changes if it was replaced, and only then', () => {
    const red = { bytes: Uint8Array.of(9, 8) }
    expect([...COLOUR.changes(COLOUR.initial, red)]).toEqual(['9,8'])
    expect([...COLOUR.changes(red, red)]).toEqual([])
    expect(copied(COLOUR, COLOUR.initial, red)).toEqual(red)
  })
})

describe('a member of many entries', () => {
  const a = withValue(emptyMap<Colour>(), 'a', { bytes: Uint8Array.of(1) })
  const ab = withValue(a, 'b', { bytes: Uint8Array.of(2) })

  it('has only the entries that changed in its changes', () => {
    expect([...SHELVES.changes(a, ab)]).toEqual([{ key: 'b', item: '2' }])
    expect([...SHELVES.changes(ab, a)]).toEqual([{ key: 'b' }])
  })

  it('is the same in a copy that applies them, whether entries came, went or changed', () => {
    const other = withValue(a, 'a', { bytes: Uint8Array.of(7) })
    for (const [before, after] of [
      [a, ab],
      [ab, a],
      [ab, other],
      [emptyMap<Colour>(), ab],
    ] as const) {
      expect(contents(copied(SHELVES, before, after))).toEqual(contents(after))
    }
  })
})
