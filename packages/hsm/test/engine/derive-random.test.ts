import { describe, expect, it } from 'vitest'
import { createHsm, deriveRandom, forkHsm, getRandomBytes } from '../../src/index.ts'
import { badParameter, refusalOf } from '../refusal.ts'
import { snapshot } from '../snapshot.ts'
import { testHsm } from '../test-hsm.ts'

const drawn = (...given: Parameters<typeof deriveRandom>) => deriveRandom(...given)?.(16)

describe('randomness of a seed for what stands around its HSM', () => {
  it('is the same for the same labels, at each call and in a fork', () => {
    const { hsm } = testHsm()
    expect(drawn(hsm, 'enclave', 1)).toEqual(drawn(forkHsm(hsm), 'enclave', 1))
  })

  it('is other for other labels, and for another seed', () => {
    const { hsm } = testHsm()
    const labels = [[], ['a'], ['a', 1], ['a', '1'], ['a1'], ['random bytes', 0]]
    const all = [
      ...labels.map((list) => drawn(hsm, ...list)),
      drawn(createHsm({ seed: 'another' }), 'a'),
      getRandomBytes(hsm, 16),
    ]
    expect(new Set(all.map(String)).size).toBe(8)
  })

  it('changes nothing in the HSM', () => {
    const { hsm } = testHsm()
    const before = snapshot(hsm)
    drawn(hsm, 'a')
    expect(snapshot(hsm)).toEqual(before)
  })

  it('is none without a seed', () => {
    expect(deriveRandom(createHsm(), 'a')).toBeUndefined()
  })

  it.each([null, {}, Number.NaN, true])('refuses the label %j', (label) => {
    const refusal = refusalOf(() => deriveRandom(testHsm().hsm, 'a', label as never))
    expect(refusal).toEqual(badParameter('A label must be a text or a number.'))
  })
})
