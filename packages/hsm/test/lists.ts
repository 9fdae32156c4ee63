/** What every list does alike, whatever it lists. */

import { expect, it } from 'vitest'
import type { Hsm, Page, PageParameters } from '../src/index.ts'
import { badParameter, itRefuses, type Trial } from './refusal.ts'
import { everyItem } from './snapshot.ts'
import { testHsm } from './test-hsm.ts'
import { wrongType } from './wrong-type.ts'

/** A list to try. */
export interface ListUnderTest extends Trial {
  /** The function that reads it. */
  readonly name: string
  /** Makes so many items. */
  readonly fill: (hsm: Hsm, count: number) => void
  readonly read: (hsm: Hsm, page?: PageParameters) => Page<{ readonly kid: string }>
}

/** The tests of paging. */
export function itReadsPages({ name, fill, read, ...trial }: ListUnderTest): void {
  const filled = (count: number) => {
    const { hsm } = testHsm(trial)
    fill(hsm, count)
    return hsm
  }
  const kidsOf = ({ value }: ReturnType<typeof read>) => value.map(({ kid }) => kid)

  it('answers an empty page where there is nothing', () => {
    expect(read(filled(0))).toEqual({ value: [] })
  })

  it('answers 25 items on one page, without a marker', () => {
    const page = read(filled(25))
    expect(page.value).toHaveLength(25)
    expect(page).not.toHaveProperty('nextMarker')
  })

  it('answers 26 items on two pages, none twice, the last page without a marker', () => {
    const hsm = filled(26)
    const first = read(hsm)
    const second = read(hsm, { marker: first.nextMarker })
    expect([first.value.length, second.value.length]).toEqual([25, 1])
    expect(new Set([...kidsOf(first), ...kidsOf(second)]).size).toBe(26)
    expect(second).not.toHaveProperty('nextMarker')
  })

  it.each([1, 2, 3, 4, 7, 12, 24, 25])('answers all 12 items in pages of %i', (maxResults) => {
    const hsm = filled(12)
    const lengths: number[] = []
    const items = everyItem((page) => {
      const answer = read(hsm, { ...page, maxResults })
      lengths.push(answer.value.length)
      return answer
    })
    expect(items).toEqual(everyItem((page) => read(hsm, page)))
    expect(lengths).toHaveLength(Math.ceil(12 / maxResults))
    expect(lengths.slice(0, -1).every((length) => length === maxResults)).toBe(true)
    expect(lengths.at(-1)).toBeGreaterThan(0)
  })

  it.each([26, 100, 1e9])('takes %i for 25', (maxResults) => {
    const hsm = filled(26)
    expect(read(hsm, { maxResults })).toEqual(read(hsm))
  })

  it('takes null for absent', () => {
    const hsm = filled(3)
    expect(read(hsm, { maxResults: null, marker: null } as never)).toEqual(read(hsm))
    expect(read(hsm, null as never)).toEqual(read(hsm))
  })

  it('answers the same page to the same marker', () => {
    const hsm = filled(5)
    const { nextMarker } = read(hsm, { maxResults: 2 })
    const second = read(hsm, { maxResults: 2, marker: nextMarker })
    expect(read(hsm, { maxResults: 2, marker: nextMarker })).toEqual(second)
  })

  it('gives markers that an address takes as they are', () => {
    const { nextMarker } = read(filled(5), { maxResults: 2 })
    expect(nextMarker).toMatch(/^[0-9A-Za-z_-]+$/)
  })

  const paged = (page: unknown) => (hsm: Hsm) => {
    fill(hsm, 2)
    return () => read(hsm, page as PageParameters)
  }
  for (const maxResults of [0, -1, 1.5, Number.POSITIVE_INFINITY]) {
    itRefuses(
      `pages of ${String(maxResults)}`,
      paged({ maxResults }),
      badParameter(`maxresults must be a whole number from 1 to 25, not ${String(maxResults)}.`),
      trial,
    )
  }
  itRefuses(
    'pages of 26 where it is strict',
    paged({ maxResults: 26 }),
    badParameter('maxresults must be a whole number from 1 to 25, not 26.'),
    { ...trial, strict: true },
  )
  for (const maxResults of [Number.NaN, '5']) {
    itRefuses(
      `pages of ${String(maxResults)}`,
      paged({ maxResults }),
      badParameter(wrongType(name, 'maxResults', 'a number', maxResults)),
      trial,
    )
  }
  for (const marker of [7, {}]) {
    itRefuses(
      `the marker ${JSON.stringify(marker)}`,
      paged({ marker }),
      badParameter(wrongType(name, 'marker', 'a string', marker)),
      trial,
    )
  }
  for (const marker of ['', '!', 'a', 'a b', 'AAAA', '_w']) {
    itRefuses(
      `the marker ${JSON.stringify(marker)}`,
      paged({ marker }),
      badParameter('The marker is not one that a page gave.'),
      trial,
    )
  }
}
