// Run by matchers.test.ts, under jest; the packages must be built.

import { describe, expect, it } from '@jest/globals'
import { createHsm, createKey, sign, wrapKey } from '../../../dist/index.js'
import { hsmMatchers, hsmSnapshotSerializer } from '../../../dist/matchers/jest.js'

expect.extend(hsmMatchers)
expect.addSnapshotSerializer(hsmSnapshotSerializer)

const DIGEST = new Uint8Array(32)

function history(auditLimit = 100) {
  const hsm = createHsm({ auditLimit, clock: () => 1_700_000_000_000 })
  createKey(hsm, 'kek', { kty: 'oct-HSM', keyOps: ['wrapKey', 'sign'] })
  wrapKey(hsm, 'kek', { alg: 'A256KW', value: DIGEST })
  return hsm
}

function failureOf(assertion) {
  try {
    assertion()
  } catch (error) {
    return error.message
  }
  throw new Error('The assertion was expected to fail.')
}

describe('the matchers', () => {
  it('pass where it is so, with .not where it is not', () => {
    expect(history()).toHaveCalled({ operation: 'wrapKey', key: 'kek' }, 1)
    expect(history()).not.toHaveCalled({ operation: 'sign' })
    expect(history()).toHaveUsedOnlyFor('kek', ['wrapKey'])
    expect(history()).not.toHaveUsedOnlyFor('kek', ['sign'])
  })

  it('fail with the sentence and the calls in question', () => {
    const hsm = history()
    sign(hsm, 'kek', { alg: 'HS256', value: DIGEST })
    expect(failureOf(() => expect(hsm).toHaveUsedOnlyFor('kek', ['wrapKey']))).toMatch(
      /^Expected key "kek" to be used only for wrapKey, but it was also used once for something else:\n {2}2023-11-14T22:13:20\.000Z {2}sign {2}kek\/[0-9a-f]{8} {2}HS256 {2}- {2}success$/,
    )
    expect(failureOf(() => expect(hsm).not.toHaveCalled({ operation: 'sign' }))).toMatch(
      /^Expected sign not to be called, but it was called once:\n/,
    )
  })

  it('fail either way where the trail has lost what it would take to know', () => {
    const lost = /the audit trail cannot tell: it has dropped 2 of its entries/
    expect(failureOf(() => expect(history(0)).toHaveCalled({ operation: 'sign' }))).toMatch(lost)
    expect(failureOf(() => expect(history(0)).not.toHaveCalled({ operation: 'sign' }))).toMatch(
      lost,
    )
  })

  it('print an HSM in a snapshot, without what differs from run to run', () => {
    expect(history()).toMatchSnapshot()
  })
})
