import { describe, expect, it } from 'vitest'
import { createTableSlots } from '../../../src/ec/engine/table-slots.ts'

/** Slots that record what was filled. */
function recordingSlots(count: number) {
  const slots = createTableSlots(count)
  const filled: number[] = []
  const find = (key: object) =>
    slots.find(key, (slot) => {
      filled.push(slot)
      return true
    })
  return { slots, filled, find }
}

describe('table slots', () => {
  it('are filled once for each key', () => {
    const { filled, find } = recordingSlots(3)
    const [a, b] = [{}, {}]
    expect([find(a), find(b), find(a), find(b)]).toEqual([0, 1, 0, 1])
    expect(filled).toEqual([0, 1])
  })

  it('go to the least recently used when there are no more', () => {
    const { filled, find } = recordingSlots(2)
    const [a, b, c] = [{}, {}, {}]
    find(a)
    find(b)
    find(a)
    expect(find(c)).toBe(1)
    expect(find(a)).toBe(0)
    expect(find(b)).toBe(1)
    expect(filled).toEqual([0, 1, 1, 1])
  })

  it('are not kept by a key that is not fit for use', () => {
    const { slots, filled, find } = recordingSlots(2)
    const key = {}
    expect(slots.find(key, () => false)).toBeUndefined()
    expect(find({})).toBe(0)
    expect(find(key)).toBe(1)
    expect(filled).toEqual([0, 1])
  })

  it('belong to no key while they are filled, also when that throws', () => {
    const { slots, filled, find } = recordingSlots(1)
    const [a, b] = [{}, {}]
    find(a)
    expect(() =>
      slots.find(b, () => {
        throw new Error('Out of order.')
      }),
    ).toThrow('Out of order.')
    expect(find(a)).toBe(0)
    expect(filled).toEqual([0, 0])
  })

  it('are taken from a key when another has them, and come back', () => {
    const { filled, find } = recordingSlots(1)
    const [a, b] = [{}, {}]
    expect([a, b, a, b, b].map(find)).toEqual([0, 0, 0, 0, 0])
    expect(filled).toHaveLength(4)
  })
})
