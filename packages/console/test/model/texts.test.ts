/** Times, tags and addresses as texts. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatDuration,
  formatInstant,
  formatRelative,
  formatSpan,
  fromInput,
  toInput,
  toIso,
} from '../../page/model/format.ts'
import { formatTags, parseTags } from '../../page/model/tags.ts'
import { hrefOf, parseRoute, VIEWS, type View } from '../../page/state/router.ts'

const DAY = 86_400

describe('an instant', () => {
  it('comes back from a field of date and time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
        expect(fromInput(toInput(seconds))).toBe(seconds)
      }),
    )
  })

  it.each(['', 'tomorrow', ':00', '2030-01-31', '2030-13-31T00:00'])('is none in %j', (value) => {
    expect(fromInput(value)).toBeUndefined()
  })

  it('is written in UTC, whatever it is', () => {
    expect(formatInstant(1_900_000_000)).toBe('2030-03-17 17:46:40')
    expect(toIso(Number.MAX_VALUE)).toMatch(/^\+275760/)
  })

  it.each([
    [0, 'now'],
    [59, 'in 59 seconds'],
    [DAY, 'tomorrow'],
    [45 * DAY, 'in 45 days'],
    [-70 * DAY, '2 months ago'],
    [400 * DAY, 'in 13 months'],
    [800 * DAY, 'in 2 years'],
  ])('%d seconds away is %s', (distance, expected) => {
    expect(formatRelative(1_900_000_000 + distance, 1_900_000_000)).toBe(expected)
  })

  it('has lengths of time in words', () => {
    expect(formatSpan(-400 * DAY)).toBe('1 year 35 days')
    expect(formatSpan(0)).toBe('0 seconds')
    expect(formatDuration('P1Y6M')).toBe('1 year 6 months')
    expect(formatDuration('PT1H')).toBe('PT1H')
  })
})

describe('tags', () => {
  it('come back from their text', () => {
    const word = fc.stringMatching(/^[a-z0-9 .-]{1,12}$/).filter((text) => text.trim() === text)
    fc.assert(
      fc.property(fc.dictionary(word, word), (tags) => {
        expect(parseTags(formatTags(tags))).toEqual({ ...tags })
      }),
    )
  })

  it('may have no value, and may have an equals sign in it', () => {
    expect(parseTags('a  b= c=d=e')).toEqual({ a: '', b: '', c: 'd=e' })
  })
})

describe('an address', () => {
  it('leads to the view and the key that it was made for', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(VIEWS) as View[])),
        fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
        (view, key) => {
          const expected = key === undefined ? { view } : { view, key }
          expect(parseRoute(hrefOf(view, key))).toEqual(expected)
        },
      ),
    )
  })

  it('that leads nowhere is the list of keys', () => {
    for (const hash of ['', '#', '#/nowhere', '#/constructor', '#/keys/%']) {
      expect(parseRoute(hash)).toEqual({ view: 'keys' })
    }
  })
})
