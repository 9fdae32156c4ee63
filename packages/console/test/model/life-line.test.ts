/** The life of a key as a picture: where the marks and the labels are. */

import fc from 'fast-check'
import {
  createHsm,
  createKey,
  deleteKey,
  describeKey,
  type KeyDetails,
  rotateKey,
  updateRotationPolicy,
} from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { formatDate } from '../../page/model/format.ts'
import { layoutLifeLine } from '../../page/model/life-line.ts'

const START = 1_900_000_000
const DAY = 86_400

/** A key that was made, rotated after so many days each, and deleted or not. */
function keyOf(rotations: readonly number[], exp: number | undefined, isDeleted = false) {
  let now = START
  const hsm = createHsm({ clock: () => now * 1000 })
  createKey(hsm, 'orders', { kty: 'oct-HSM' })
  for (const days of rotations) {
    now += days * DAY
    rotateKey(hsm, 'orders')
  }
  if (exp !== undefined) {
    createKey(hsm, 'orders', { kty: 'oct-HSM', attributes: { exp: now + exp * DAY } })
    updateRotationPolicy(hsm, 'orders', {
      lifetimeActions: [{ trigger: { timeBeforeExpiry: 'P10D' }, action: { type: 'Rotate' } }],
      attributes: { expiryTime: 'P100D' },
    })
  }
  now += DAY
  if (isDeleted) deleteKey(hsm, 'orders')
  return { now, key: describeKey(hsm, 'orders') as KeyDetails }
}

const kindsOf = (key: KeyDetails, now: number) =>
  layoutLifeLine(key, now, 800, formatDate).marks.map(({ kind }) => kind)

describe('the life line', () => {
  it('has what was done, the present, and what is due, in their order', () => {
    const { key, now } = keyOf([30], 60)
    expect(kindsOf(key, now)).toEqual([
      'created',
      'rotated',
      'rotated',
      'now',
      'rotation due',
      'expiry',
    ])
  })

  it('ends a deleted key at its purge', () => {
    const { key, now } = keyOf([], undefined, true)
    const { marks, stretches } = layoutLifeLine(key, now, 800, formatDate)
    expect(marks.map(({ kind }) => kind)).toEqual(['created', 'deleted', 'now', 'purge'])
    expect(stretches.map(({ kind }) => kind)).toEqual(['usable', 'deleted'])
    expect(marks.filter(({ isFuture }) => isFuture).map(({ kind }) => kind)).toEqual(['purge'])
  })

  it('says in words what it shows', () => {
    const { key, now } = keyOf([], undefined)
    expect(layoutLifeLine(key, now, 800, formatDate).text).toBe('created 2030-03-17; now')
  })

  it('does not put what has happened after the present, if the clock of the page is late', () => {
    const { key } = keyOf([30], undefined)
    expect(kindsOf(key, START)).toEqual(['created', 'rotated', 'now'])
  })

  it('keeps every mark in the picture and every label apart, for any life and width', () => {
    const lives = fc.record({
      rotations: fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 15 }),
      exp: fc.option(fc.integer({ min: 30, max: 900 }), { nil: undefined }),
      isDeleted: fc.boolean(),
      width: fc.integer({ min: 240, max: 1600 }),
    })
    fc.assert(
      fc.property(lives, ({ rotations, exp, isDeleted, width }) => {
        const { key, now } = keyOf(rotations, exp, isDeleted)
        const { marks, stretches, rows } = layoutLifeLine(key, now, width, formatDate)
        for (const { x, row } of marks) {
          expect(x).toBeGreaterThanOrEqual(0)
          expect(x).toBeLessThanOrEqual(width)
          expect(row).toBeLessThan(rows)
        }
        for (const { from, to } of stretches) expect(to).toBeGreaterThanOrEqual(from)
        for (let row = 0; row < rows; row += 1) {
          const boxes = marks.filter((mark) => mark.row === row).map(boxOf)
          for (const [index, box] of boxes.slice(1).entries()) {
            expect(box.left).toBeGreaterThanOrEqual(boxes[index]?.right ?? 0)
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

function boxOf({ x, label, anchor }: { x: number; label: string; anchor: string }) {
  const length = label.length * 6.4
  const left = anchor === 'start' ? x : anchor === 'end' ? x - length : x - length / 2
  return { left, right: left + length }
}
