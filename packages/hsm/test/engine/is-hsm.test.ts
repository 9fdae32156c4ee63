import { describe, expect, it } from 'vitest'
import { createHsm, forkHsm, isHsm, viewHsm } from '../../src/index.ts'

describe('isHsm', () => {
  it.each([
    ['a new HSM', () => createHsm()],
    ['a fork', () => forkHsm(createHsm())],
    ['a view', () => viewHsm(createHsm(), { caller: 'alice' })],
  ])('is true of %s', (_, make) => {
    expect(isHsm(make())).toBe(true)
  })

  it.each([undefined, null, 'hsm', 7, {}, { ...createHsm() }])('is false of %s', (value) => {
    expect(isHsm(value)).toBe(false)
  })
})
