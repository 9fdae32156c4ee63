/** The assertions of `pocket-hsm/testing`: what they let pass, and what their failures say. */

import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  getKey,
  type Hsm,
  sign,
  updateRotationPolicy,
  viewHsm,
  wrapKey,
} from '../../src/index.ts'
import {
  assertCalled,
  assertNeverCalled,
  assertUsedOnlyFor,
  printAudit,
} from '../../src/testing/index.ts'
import { DAY, testHsm } from '../test-hsm.ts'

const DIGEST = new Uint8Array(32)

/** A KEK that alice wrapped under, and that bob tried to sign with. */
function history(auditLimit = 100): Hsm {
  const { hsm } = testHsm({ auditLimit })
  createKey(hsm, 'kek', { kty: 'oct', keyOps: ['wrapKey'] })
  createKey(hsm, 'unused', { kty: 'oct' })
  const alice = viewHsm(hsm, { caller: 'alice' })
  for (let i = 0; i < 2; i++) wrapKey(alice, 'kek', { alg: 'A256KW', value: DIGEST })
  const bob = viewHsm(hsm, { caller: 'bob' })
  expect(() => sign(bob, 'KEK', { alg: 'HS256', value: DIGEST })).toThrow()
  return hsm
}

/** What an assertion fails with; a version reads `VERSION`. */
function failureOf(assertion: () => void): string {
  try {
    assertion()
  } catch (error) {
    expect((error as Error).name).toBe('AssertionError')
    return (error as Error).message.replaceAll(/\/[0-9a-f]{8}/g, '/VERSION')
  }
  throw new Error('The assertion was expected to fail.')
}

const AT = '2023-11-14T22:13:20.000Z'

describe('assertUsedOnlyFor', () => {
  it('passes where a key was used for that alone, whatever else was done to it', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'kek', { kty: 'oct' })
    wrapKey(hsm, 'kek', { alg: 'A256KW', value: DIGEST })
    getKey(hsm, 'kek')
    deleteKey(hsm, 'kek')
    assertUsedOnlyFor(hsm, 'kek', ['wrapKey'])
    assertUsedOnlyFor(hsm, 'KEK', ['unwrapKey', 'wrapKey'])
  })

  it('passes for nothing where a key was not used', () => {
    assertUsedOnlyFor(history(), 'unused', [])
  })

  it('says what else a key was used for, in vain too', () => {
    expect(failureOf(() => assertUsedOnlyFor(history(), 'kek', ['wrapKey']))).toBe(
      `Expected key "kek" to be used only for wrapKey, but it was also used once for something else:
  ${AT}  sign  kek/VERSION  HS256  bob  403 Forbidden KeyOperationForbidden`,
    )
  })

  it('says that a key was not used at all', () => {
    expect(failureOf(() => assertUsedOnlyFor(history(), 'unused', ['sign', 'verify']))).toBe(
      'Expected key "unused" to be used only for sign and verify, but it was never used.',
    )
  })

  it('says what a key was used for that was to be used for nothing', () => {
    expect(failureOf(() => assertUsedOnlyFor(history(), 'kek', []))).toBe(
      `Expected key "kek" to be used for nothing, but it was also used 3 times for something else:
  ${AT}  wrapKey  kek/VERSION  A256KW  alice  success
  ${AT}  wrapKey  kek/VERSION  A256KW  alice  success
  ${AT}  sign     kek/VERSION  HS256   bob    403 Forbidden KeyOperationForbidden`,
    )
  })

  it('does not vouch for what the trail has lost', () => {
    expect(failureOf(() => assertUsedOnlyFor(history(2), 'unused', []))).toBe(
      'Expected key "unused" to be used for nothing, but the audit trail cannot tell: it has dropped 3 of its entries. Give createHsm a larger auditLimit.',
    )
  })

  it('knows of what it has seen, whatever was lost', () => {
    expect(failureOf(() => assertUsedOnlyFor(history(1), 'kek', ['wrapKey']))).toMatch(
      /also used once/,
    )
  })
})

describe('assertNeverCalled', () => {
  it('passes where nothing matches', () => {
    assertNeverCalled(history(), { operation: 'decrypt' })
    assertNeverCalled(history(), { operation: 'sign', outcome: 'success' })
    assertNeverCalled(history(), { operation: 'wrapKey', key: 'unused' })
  })

  it('lists the calls in question', () => {
    const filter = { operation: 'sign', key: 'kek', caller: 'bob' } as const
    expect(failureOf(() => assertNeverCalled(history(), filter))).toBe(
      `Expected sign not to be called with key "kek" by bob, but it was called once:
  ${AT}  sign  kek/VERSION  HS256  bob  403 Forbidden KeyOperationForbidden`,
    )
  })

  it('does not vouch for what the trail has lost', () => {
    expect(failureOf(() => assertNeverCalled(history(0), { operation: 'decrypt' }))).toMatch(
      /^Expected decrypt not to be called, but the audit trail cannot tell: it has dropped 5 of its entries/,
    )
  })

  it('takes no rotation by time for a call', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'a', { kty: 'oct' })
    const trigger = { timeAfterCreate: 'P30D' }
    updateRotationPolicy(hsm, 'a', { lifetimeActions: [{ trigger, action: { type: 'Rotate' } }] })
    clock.seconds += 40 * DAY
    assertNeverCalled(hsm, { operation: 'rotateKey' })
    expect(printAudit(hsm, { operation: 'rotateKey' })).toMatch(
      /^2023-12-14T22:13:20\.000Z {2}rotateKey {2}a\/[0-9a-f]{8} {2}- {2}\(time\) {2}success$/,
    )
  })
})

describe('assertCalled', () => {
  it('passes where something matches, or so many times', () => {
    assertCalled(history(), { operation: 'wrapKey' })
    assertCalled(history(), { operation: ['wrapKey', 'sign'], key: 'kek' }, 3)
    assertCalled(history(), { operation: 'decrypt' }, 0)
    assertCalled(history(1), { operation: 'sign' })
  })

  it('says what was called with the key instead', () => {
    expect(failureOf(() => assertCalled(history(), { operation: 'decrypt', key: 'unused' }))).toBe(
      `Expected decrypt to be called with key "unused", but it was never called. Calls with key "unused":
  ${AT}  createKey  unused/VERSION  -  -  success`,
    )
  })

  it('says that nothing was called', () => {
    const { hsm } = testHsm()
    expect(failureOf(() => assertCalled(hsm, { outcome: 'refused' }))).toBe(
      'Expected any operation to be called with an error, but it was never called. No operation was called at all.',
    )
    expect(failureOf(() => assertCalled(hsm, { operation: ['sign', 'verify'], key: 'k' }))).toBe(
      'Expected sign or verify to be called with key "k", but it was never called. No operation with key "k" was called at all.',
    )
  })

  it('says how many times it was', () => {
    expect(failureOf(() => assertCalled(history(), { operation: 'wrapKey' }, 1))).toBe(
      `Expected wrapKey to be called once, but it was called 2 times:
  ${AT}  wrapKey  kek/VERSION  A256KW  alice  success
  ${AT}  wrapKey  kek/VERSION  A256KW  alice  success`,
    )
  })

  it('does not vouch for what the trail has lost', () => {
    for (const times of [0, 1, 2]) {
      expect(failureOf(() => assertCalled(history(1), { operation: 'wrapKey' }, times))).toMatch(
        /cannot tell/,
      )
    }
    expect(failureOf(() => assertCalled(history(1), { operation: 'wrapKey' }))).toMatch(
      /cannot tell/,
    )
  })

  it('knows of more calls than were asked for, whatever was lost', () => {
    const { hsm } = testHsm({ auditLimit: 2 })
    for (let i = 0; i < 3; i++) expect(() => getKey(hsm, 'nobody')).toThrow()
    expect(failureOf(() => assertCalled(hsm, { operation: 'getKey' }, 1))).toMatch(
      /^Expected getKey to be called once, but it was called 2 times:/,
    )
    expect(() => assertCalled(hsm, { operation: 'getKey' })).not.toThrow()
  })

  it('lists twenty calls and counts the rest', () => {
    const { hsm } = testHsm()
    for (let i = 0; i < 25; i++) expect(() => getKey(hsm, 'nobody')).toThrow()
    const lines = failureOf(() => assertCalled(hsm, { operation: 'getKey' }, 1)).split('\n')
    expect(lines).toHaveLength(22)
    expect(lines.at(-1)).toBe('  and 5 more')
  })
})

describe('printAudit', () => {
  it('prints an empty text where there is nothing', () => {
    expect(printAudit(testHsm().hsm)).toBe('')
  })
})
