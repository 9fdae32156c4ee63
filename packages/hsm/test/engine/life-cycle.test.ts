import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  decrypt,
  deleteKey,
  encrypt,
  finishJob,
  getBackupStatus,
  getDeletedKey,
  getKey,
  getRandomBytes,
  type Hsm,
  importKey,
  listDeletedKeys,
  listKeys,
  listKeyVersions,
  purgeDeletedKey,
  readClock,
  recoverDeletedKey,
  restoreKey,
  rotateKey,
  sign,
  startJob,
  updateKey,
  verify,
} from '../../src/index.ts'
import { octJwk } from '../known-keys.ts'
import {
  badParameter,
  deletedKeyNotFound,
  keyNotFound,
  nameIsDeleted,
  refusalOf,
  worded,
} from '../refusal.ts'
import { snapshot } from '../snapshot.ts'
import { DAY, PROFILES, START, testHsm } from '../test-hsm.ts'

const DIGEST = new Uint8Array(32)

describe.each(PROFILES)('the life of a key (%s)', (profile) => {
  it('create, get, list, delete, not there, taken, recover, there again', () => {
    const { hsm } = testHsm({ profile })
    const made = createKey(hsm, 'orders', { kty: 'EC' })
    expect(getKey(hsm, 'orders')).toEqual(made)
    expect(listKeys(hsm).value).toHaveLength(1)
    const deleted = deleteKey(hsm, 'orders')
    expect(refusalOf(() => getKey(hsm, 'orders'))).toEqual(worded(keyNotFound('orders'), profile))
    expect(getDeletedKey(hsm, 'orders')).toEqual(deleted)
    expect(refusalOf(() => createKey(hsm, 'orders', { kty: 'EC' }))).toEqual(
      worded(nameIsDeleted('orders'), profile),
    )
    expect(recoverDeletedKey(hsm, 'orders')).toEqual(made)
    expect(getKey(hsm, 'orders')).toEqual(made)
  })

  it('twice deleted, recovered while active, purged while active: not found each time', () => {
    const { hsm } = testHsm({ profile })
    createKey(hsm, 'orders', { kty: 'EC' })
    for (const call of [recoverDeletedKey, purgeDeletedKey]) {
      expect(refusalOf(() => call(hsm, 'orders')).status).toBe(404)
    }
    deleteKey(hsm, 'orders')
    expect(refusalOf(() => deleteKey(hsm, 'orders'))).toEqual(
      worded(keyNotFound('orders'), profile),
    )
  })

  it('purged: gone from everywhere, and its name makes a key of its own', () => {
    const { hsm } = testHsm({ profile })
    const made = createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    purgeDeletedKey(hsm, 'orders')
    expect(refusalOf(() => getDeletedKey(hsm, 'orders'))).toEqual(
      worded(deletedKeyNotFound('orders'), profile),
    )
    const again = createKey(hsm, 'orders', { kty: 'EC' })
    expect(again.key.kid).not.toBe(made.key.kid)
    expect(refusalOf(() => getKey(hsm, made.key.kid)).status).toBe(404)
  })

  it('versions with their tags, instants and flags come through deletion and through a backup', () => {
    const { hsm, clock } = testHsm({ profile })
    const first = createKey(hsm, 'orders', { kty: 'EC', tags: { v: '1' } })
    clock.seconds += 5
    rotateKey(hsm, 'orders')
    clock.seconds += 5
    updateKey(hsm, first.key.kid, { attributes: { enabled: false, exp: START + DAY } })
    const all = () => {
      const kids = listKeyVersions(hsm, 'orders').value.map(({ kid }) => kid)
      return kids.map((kid) => getKey(hsm, kid))
    }
    const before = all()
    clock.seconds += 5
    deleteKey(hsm, 'orders')
    clock.seconds += 5
    recoverDeletedKey(hsm, 'orders')
    expect(all()).toEqual(before)
    const backup = backupKey(hsm, 'orders')
    deleteKey(hsm, 'orders')
    purgeDeletedKey(hsm, 'orders')
    clock.seconds += 5
    restoreKey(hsm, backup)
    expect(all()).toEqual(before)
  })
})

describe('attributes over time', () => {
  it('disabled: nothing cryptographic, everything else', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'k', octJwk(), {
      keyOps: ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'],
    })
    updateKey(hsm, 'k', { attributes: { enabled: false } })
    const calls = [
      () => encrypt(hsm, 'k', { alg: 'A256GCM', value: DIGEST }),
      () => decrypt(hsm, 'k', { alg: 'A256CBC', value: DIGEST, iv: new Uint8Array(16) }),
      () => sign(hsm, 'k', { alg: 'HS256', value: DIGEST }),
      () => verify(hsm, 'k', { alg: 'HS256', digest: DIGEST, value: DIGEST }),
    ]
    for (const call of calls) {
      expect(refusalOf(call)).toMatchObject({ status: 403, innerCode: 'KeyDisabled' })
    }
    expect(getKey(hsm, 'k').attributes.enabled).toBe(false)
    expect(listKeys(hsm).value).toHaveLength(1)
    expect(updateKey(hsm, 'k', { tags: { a: 'b' } }).tags).toEqual({ a: 'b' })
    expect(backupKey(hsm, 'k').length).toBeGreaterThan(0)
    expect(rotateKey(hsm, 'k').attributes.enabled).toBe(true)
  })

  it('a key grows old: signs in its window, verifies for ever', () => {
    const { hsm, clock } = testHsm()
    const attributes = { nbf: START + 10, exp: START + 20 }
    createKey(hsm, 'k', { kty: 'EC', attributes })
    const outcomes = [9, 10, 19, 20, 21].map((seconds) => {
      clock.seconds = START + seconds
      try {
        const { value } = sign(hsm, 'k', { alg: 'ES256', value: DIGEST })
        return verify(hsm, 'k', { alg: 'ES256', digest: DIGEST, value })
      } catch {
        return refusalOf(() => sign(hsm, 'k', { alg: 'ES256', value: DIGEST })).innerCode
      }
    })
    expect(outcomes).toEqual(['KeyNotYetValid', true, true, 'KeyExpired', 'KeyExpired'])
    const asked = { alg: 'ES256', digest: DIGEST, value: new Uint8Array(64) }
    expect(verify(hsm, 'k', asked)).toBe(false)
  })

  it('part of a second does not count: the window opens with the second', () => {
    let now = START * 1000 + 9999
    const hsm = createHsm({ clock: () => now })
    createKey(hsm, 'k', { kty: 'EC', attributes: { nbf: START + 10, exp: START + 11 } })
    const asked = () => sign(hsm, 'k', { alg: 'ES256', value: DIGEST })
    expect(refusalOf(asked).innerCode).toBe('KeyNotYetValid')
    now += 1
    expect(asked().value).toHaveLength(64)
    now += 999
    expect(asked().value).toHaveLength(64)
    now += 1
    expect(refusalOf(asked).innerCode).toBe('KeyExpired')
  })
})

describe('retention', () => {
  it.each([7, 30, 90])('of %i days ends at its second, not before', (softDeleteRetentionDays) => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays })
    createKey(hsm, 'orders', { kty: 'EC' })
    clock.seconds += 123
    const { scheduledPurgeDate } = deleteKey(hsm, 'orders')
    expect(scheduledPurgeDate).toBe(START + 123 + softDeleteRetentionDays * DAY)
    clock.seconds = scheduledPurgeDate - 1
    expect(getDeletedKey(hsm, 'orders').scheduledPurgeDate).toBe(scheduledPurgeDate)
    expect(refusalOf(() => createKey(hsm, 'orders', { kty: 'EC' })).status).toBe(409)
    clock.seconds = scheduledPurgeDate
    expect(refusalOf(() => getDeletedKey(hsm, 'orders')).status).toBe(404)
    expect(createKey(hsm, 'orders', { kty: 'EC' }).attributes.created).toBe(scheduledPurgeDate)
  })

  it.each<readonly [string, (hsm: Hsm, backup: Uint8Array) => unknown]>([
    ['createKey', (hsm) => createKey(hsm, 'orders', { kty: 'oct' })],
    ['importKey', (hsm) => importKey(hsm, 'orders', octJwk())],
    ['restoreKey', (hsm, backup) => restoreKey(hsm, backup)],
  ])('lets %s be the first to come after its end', (_, call) => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const backup = backupKey(hsm, 'orders')
    deleteKey(hsm, 'orders')
    clock.seconds += 90 * DAY
    call(hsm, backup)
    expect(listKeyVersions(hsm, 'orders').value).toHaveLength(1)
    expect(listDeletedKeys(hsm).value).toEqual([])
  })

  it('ends by itself under purge protection, and not before', () => {
    const { hsm, clock } = testHsm({ purgeProtection: true, softDeleteRetentionDays: 7 })
    const { attributes } = createKey(hsm, 'orders', { kty: 'EC' })
    expect(attributes.recoveryLevel).toBe('CustomizedRecoverable')
    deleteKey(hsm, 'orders')
    expect(refusalOf(() => purgeDeletedKey(hsm, 'orders')).status).toBe(403)
    clock.seconds += 7 * DAY - 1
    expect(refusalOf(() => purgeDeletedKey(hsm, 'orders')).status).toBe(403)
    clock.seconds += 1
    expect(refusalOf(() => purgeDeletedKey(hsm, 'orders')).status).toBe(404)
    expect(createKey(hsm, 'orders', { kty: 'EC' }).attributes.created).toBe(START + 7 * DAY)
  })

  it('ends for a thousand keys at once', () => {
    const { hsm, clock } = testHsm({ limits: { keys: 1000 } })
    for (let i = 0; i < 1000; i++) {
      createKey(hsm, `key-${i}`, { kty: 'oct' })
      deleteKey(hsm, `key-${i}`)
    }
    expect(refusalOf(() => createKey(hsm, 'new', { kty: 'oct' })).status).toBe(403)
    clock.seconds += 90 * DAY
    createKey(hsm, 'new', { kty: 'oct' })
    expect(listKeys(hsm).value).toHaveLength(1)
    expect(listDeletedKeys(hsm).value).toEqual([])
  })
})

describe('a clock that goes back', () => {
  it('does not undo a deletion, and moves no date of it', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const deleted = deleteKey(hsm, 'orders')
    clock.seconds -= 1000
    expect(getDeletedKey(hsm, 'orders')).toEqual(deleted)
  })

  it('does not bring back what time has purged', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    clock.seconds += 90 * DAY
    expect(refusalOf(() => getDeletedKey(hsm, 'orders')).status).toBe(404)
    clock.seconds -= 90 * DAY
    expect(refusalOf(() => getDeletedKey(hsm, 'orders')).status).toBe(404)
    expect(createKey(hsm, 'orders', { kty: 'EC' }).attributes.created).toBe(START)
  })

  it('opens and closes windows again: nothing remembers that a key was expired', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'k', { kty: 'EC', attributes: { exp: START + 10 } })
    const asked = () => sign(hsm, 'k', { alg: 'ES256', value: DIGEST })
    clock.seconds += 10
    expect(refusalOf(asked).innerCode).toBe('KeyExpired')
    clock.seconds -= 1
    expect(asked().value).toHaveLength(64)
  })

  it('to 1970 is taken', () => {
    const { hsm, clock } = testHsm()
    clock.seconds = 0
    expect(createKey(hsm, 'k', { kty: 'EC' }).attributes.created).toBe(0)
  })
})

describe('a clock that answers', () => {
  const now = (answer: unknown) => {
    let broken = false
    const hsm = createHsm({
      seed: 'clock',
      clock: () => (broken ? (answer as number) : START * 1000),
    })
    createKey(hsm, 'orders', { kty: 'EC' })
    return {
      hsm,
      during: <Result>(call: () => Result): Result => {
        broken = true
        try {
          return call()
        } finally {
          broken = false
        }
      },
    }
  }

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, undefined, null, '2030-01-01', 8.65e15])(
    '%s is refused, and nothing changes',
    (answer) => {
      const { hsm, during } = now(answer)
      const before = snapshot(hsm)
      const refusal = worded(
        badParameter(`The clock must return milliseconds since 1970, not ${answer}.`),
        'managed-hsm',
      )
      for (const call of [
        () => getKey(hsm, 'orders'),
        () => createKey(hsm, 'new', { kty: 'EC' }),
        () => deleteKey(hsm, 'orders'),
        () => listKeys(hsm),
      ]) {
        expect(during(() => refusalOf(call))).toEqual(refusal)
      }
      expect(snapshot(hsm)).toEqual(before)
    },
  )

  it.each([Number.NaN, -1, undefined])('%s is refused outside of operations too', (answer) => {
    const { hsm, during } = now(answer)
    const { id } = startJob(hsm, 'startBackup')
    for (const call of [() => readClock(hsm), () => finishJob(hsm, id)]) {
      expect(during(() => refusalOf(call)).message).toContain('must return milliseconds since 1970')
    }
    expect(getBackupStatus(hsm, id).status).toBe('InProgress')
  })

  it('nothing, as it throws, lets the throw through', () => {
    const hsm = createHsm({
      clock: () => {
        throw new Error('out of time')
      },
    })
    expect(() => listKeys(hsm)).toThrow('out of time')
    expect(getRandomBytes(hsm, 4)).toHaveLength(4)
  })
})

describe('fake timers', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('move an HSM that has no clock of its own', () => {
    vi.useFakeTimers({ now: START * 1000 })
    const hsm = createHsm({ softDeleteRetentionDays: 7 })
    const { attributes } = createKey(hsm, 'orders', {
      kty: 'EC',
      attributes: { exp: START + DAY },
    })
    expect(attributes.created).toBe(START)
    vi.advanceTimersByTime(DAY * 1000 - 1)
    expect(sign(hsm, 'orders', { alg: 'ES256', value: DIGEST }).value).toHaveLength(64)
    vi.advanceTimersByTime(1)
    expect(refusalOf(() => sign(hsm, 'orders', { alg: 'ES256', value: DIGEST })).innerCode).toBe(
      'KeyExpired',
    )
    deleteKey(hsm, 'orders')
    vi.advanceTimersByTime(7 * DAY * 1000)
    expect(listDeletedKeys(hsm).value).toEqual([])
  })

  it('move an HSM that was made before them', () => {
    const hsm = createHsm()
    vi.useFakeTimers({ now: 0 })
    expect(createKey(hsm, 'orders', { kty: 'EC' }).attributes.created).toBe(0)
  })

  it('have no timer of ours to run', () => {
    vi.useFakeTimers()
    const hsm = createHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    expect(vi.getTimerCount()).toBe(0)
  })
})
