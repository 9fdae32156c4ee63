/** The entries of a record: what was written is read back, and anything else is refused. */

import { describe, expect, it } from 'vitest'
import { type Entry, fromPayload, toPayload } from '../../src/journal/entries.ts'

const ENTRIES: readonly Entry[] = [
  { kind: 'state', name: 'contoso', bytes: Buffer.from('all of it') },
  { kind: 'server', name: '', bytes: Buffer.from('{}') },
]

const PAYLOAD = Buffer.concat(toPayload(ENTRIES))

describe('a payload', () => {
  it('gives back its entries', () => {
    expect(fromPayload(PAYLOAD)).toEqual(ENTRIES)
  })

  it('that is cut off inside an entry is refused, wherever it is', () => {
    const whole = [0, PAYLOAD.length - 9]
    for (let length = 0; length < PAYLOAD.length; length += 1) {
      const read = () => fromPayload(PAYLOAD.subarray(0, length))
      if (whole.includes(length)) expect(read).not.toThrow()
      else {
        expect(read).toThrow(
          expect.objectContaining({
            code: 'BadState',
            message: expect.stringContaining('complete'),
          }),
        )
      }
    }
  })

  it('with an entry of an unknown kind is refused', () => {
    const unknown = Buffer.from(PAYLOAD)
    unknown[0] = 9
    expect(() => fromPayload(unknown)).toThrow(expect.objectContaining({ code: 'BadState' }))
  })
})
