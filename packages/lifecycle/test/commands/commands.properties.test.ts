import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addVersion,
  applyTime,
  type Container,
  deleteKey,
  type KeyRecord,
  recoverKey,
  updateVersion,
} from '../../src/index.ts'

const RUNS = { numRuns: process.env['SLOW'] ? 100_000 : 1000 }

const container: fc.Arbitrary<Container> = fc.record({
  softDeleteRetentionDays: fc.integer({ min: 7, max: 90 }),
  purgeProtection: fc.boolean(),
  settlingSeconds: fc.constantFrom(0, 1, 20, 10_000_000),
})

const instant = fc.integer({ min: 0, max: 2 ** 40 })

const activeRecord: fc.Arbitrary<KeyRecord<number>> = fc
  .array(fc.record({ enabled: fc.boolean(), at: instant }), { minLength: 1, maxLength: 5 })
  .map((births) => {
    let record: KeyRecord<number> | undefined
    for (const [ordinal, { enabled, at }] of births.entries()) {
      const version = String(ordinal).padStart(32, '0')
      const newVersion = {
        name: 'k',
        version,
        material: ordinal,
        keyOps: [],
        attributes: { enabled },
      }
      const outcome = addVersion(record, 'create', newVersion, at)
      if ('refused' in outcome) throw new Error(outcome.refused)
      record = outcome.record
    }
    return record as KeyRecord<number>
  })

type Outcome = { readonly record: KeyRecord<number> } | { readonly refused: string }
const recordOf = (outcome: Outcome) => ('record' in outcome ? outcome.record : undefined)

describe('the commands', () => {
  it('recover undoes delete, once both have completed', () => {
    fc.assert(
      fc.property(activeRecord, container, instant, (record, given, now) => {
        const quick = { ...given, settlingSeconds: Math.min(given.settlingSeconds, 20) }
        const deleted = applyTime(recordOf(deleteKey(record, quick, now)), now + 20)
        const recovered = applyTime(recordOf(recoverKey(deleted, quick, now + 20)), now + 40)
        expect(recovered).toEqual(record)
      }),
      RUNS,
    )
  })

  it('two steps of time have the same effect as one', () => {
    fc.assert(
      fc.property(
        activeRecord,
        container,
        instant,
        fc.nat(),
        fc.nat(),
        (record, given, now, a, b) => {
          const deleted = recordOf(deleteKey(record, given, now))
          expect(applyTime(applyTime(deleted, now + a), now + a + b)).toEqual(
            applyTime(deleted, now + a + b),
          )
        },
      ),
      RUNS,
    )
  })

  it('no command changes its record', () => {
    fc.assert(
      fc.property(activeRecord, container, instant, (record, given, now) => {
        const copy = structuredClone(record)
        deleteKey(record, given, now)
        updateVersion(record, '0'.repeat(32), { attributes: { enabled: false }, tags: {} }, now)
        expect(record).toEqual(copy)
      }),
      RUNS,
    )
  })
})
