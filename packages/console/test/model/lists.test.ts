/** Lists: which keys, which entries, what falls due. */

import { type AuditEntry, buildHsm, type KeySummary, summarizeKeys } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { dueAfter } from '../../page/model/due.ts'
import { filterEntries, NO_ENTRY_FILTER } from '../../page/model/entries.ts'
import { conditionOf, filterKeys, type KeyFilter } from '../../page/model/key-rows.ts'
import { exampleFixture } from '../../page/source/example-fixture.ts'
import { merged } from '../../page/state/connection.ts'
import { changedKeys } from '../../page/state/history.ts'

const NOW = 1_900_000_000
const DAY = 86_400

const keys = summarizeKeys(buildHsm(exampleFixture('managed-hsm', NOW)))

const shown = (filter: Partial<KeyFilter>) =>
  filterKeys(keys, { text: '', condition: 'all', kind: '', ...filter }, 'name', NOW).map(
    ({ name }) => name,
  )

describe('the examples', () => {
  it('have a key in every condition but a changing one', () => {
    const conditions = new Set(keys.map((key) => conditionOf(key, NOW)))
    expect([...conditions].sort()).toEqual([
      'active',
      'deleted',
      'disabled',
      'expired',
      'expiring',
      'not-yet-valid',
    ])
  })

  it.each(['vault-premium', 'vault-standard'] as const)('can be built for a %s', (profile) => {
    expect(summarizeKeys(buildHsm(exampleFixture(profile, NOW))).length).toBeGreaterThan(5)
  })
})

describe('the filter of keys', () => {
  it('finds every word in names, types and tags, and sorts by name', () => {
    expect(shown({ text: 'TEAM=shop signing' })).toEqual(['orders-signing'])
    expect(shown({ text: 'p-384' })).toEqual(['release-2027'])
    expect(shown({ text: 'nothing is called so' })).toEqual([])
    expect(shown({})).toEqual([...shown({})].sort())
  })

  it('leaves those of a condition and of a type', () => {
    expect(shown({ condition: 'deleted' })).toEqual(['old-payments'])
    expect(shown({ condition: 'expiring' })).toEqual(['legacy-tls', 'webhook-signing'])
    expect(shown({ kind: 'oct' })).toEqual(['invoice-archive'])
  })

  it('puts first what ends first, and last what does not end', () => {
    const sorted = filterKeys(keys, { text: '', condition: 'all', kind: '' }, 'expires', NOW)
    const ends = sorted.map((key) => key.current?.attributes.exp ?? key.scheduledPurgeDate)
    const known = ends.filter((end) => end !== undefined)
    expect(known).toEqual([...known].sort((a, b) => a - b))
    expect(ends.slice(known.length).every((end) => end === undefined)).toBe(true)
  })
})

describe('what falls due', () => {
  it('is in order, and nothing of it is past', () => {
    const due = dueAfter(keys, NOW)
    expect(due.map(({ at }) => at)).toEqual(due.map(({ at }) => at).sort((a, b) => a - b))
    expect(due.every(({ at }) => at > NOW)).toBe(true)
    expect(due.map(({ key, kind }) => `${key} ${kind}`)).toContain('orders-signing rotation')
    expect(dueAfter(keys, NOW + 10_000 * DAY)).toEqual([])
  })
})

const entry = (more: Partial<AuditEntry>): AuditEntry => ({
  at: 0,
  operation: 'getKey',
  outcome: 'success',
  ...more,
})

describe('the filter of entries', () => {
  const entries = [
    entry({ key: 'Orders', caller: 'alice' }),
    entry({ operation: 'sign', key: 'orders', outcome: { status: 404, code: 'KeyNotFound' } }),
    entry({ operation: 'rotateKey', key: 'mail', byTime: true }),
  ]
  const found = (filter: object) =>
    filterEntries(entries, { ...NO_ENTRY_FILTER, ...filter }).map(({ operation }) => operation)

  it.each([
    [{}, ['getKey', 'sign', 'rotateKey']],
    [{ key: ' ORDER' }, ['getKey', 'sign']],
    [{ caller: 'ali' }, ['getKey']],
    [{ operation: 'key' }, ['getKey', 'rotateKey']],
    [{ outcome: 'refused' }, ['sign']],
    [{ outcome: 'time' }, ['rotateKey']],
    [{ outcome: 'success' }, ['getKey']],
  ])('%j leaves %j', (filter, expected) => {
    expect(found(filter)).toEqual(expected)
  })
})

describe('keys that are read again', () => {
  it('are those that a call has changed, and all after a restore', () => {
    const read = entry({ key: 'a' })
    const failed = entry({ operation: 'deleteKey', key: 'b', outcome: { status: 404, code: 'x' } })
    const changed = entry({ operation: 'rotateKey', key: 'c' })
    expect(changedKeys([read, failed, changed, changed])).toEqual(['c'])
    expect(changedKeys([entry({ operation: 'importFullBackup' })])).toBeUndefined()
  })

  it('take the place of what was there, go if they are gone, and come at the end if they are new', () => {
    const key = (name: string, versions = 1): KeySummary => ({ name, state: 'active', versions })
    const before = [key('a'), key('b'), key('c')]
    expect(merged(before, ['B', 'c', 'd'], [key('b', 2), key('d')])).toEqual([
      key('a'),
      key('b', 2),
      key('d'),
    ])
  })
})
