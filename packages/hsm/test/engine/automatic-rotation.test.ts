import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createKey,
  deleteKey,
  getKey,
  type Hsm,
  type KeyOperation,
  listKeys,
  listKeyVersions,
  recoverDeletedKey,
  restoreKey,
  rotateKey,
  sign,
  updateKey,
  updateRotationPolicy,
  verify,
} from '../../src/index.ts'
import { everyItem } from '../snapshot.ts'
import { DAY, PROFILES, START, testHsm } from '../test-hsm.ts'

const DIGEST = new Uint8Array(32)

const rotating = (hsm: Hsm, trigger: object, expiryTime?: string) =>
  updateRotationPolicy(hsm, 'orders', {
    lifetimeActions: [{ trigger, action: { type: 'Rotate' } }],
    attributes: { expiryTime },
  })

/** A key that rotates every 30 days. */
const monthly = (options: Parameters<typeof testHsm>[0] = {}, keyOps?: KeyOperation[]) => {
  const { hsm, clock } = testHsm(options)
  const first = createKey(hsm, 'orders', { kty: 'EC', keyOps, tags: { team: 'shop' } })
  rotating(hsm, { timeAfterCreate: 'P30D' }, 'P90D')
  return { hsm, clock, first }
}

const createdOf = (hsm: Hsm) =>
  everyItem((page) => listKeyVersions(hsm, 'orders', page))
    .map(({ attributes }) => attributes.created)
    .sort((a, b) => a - b)

describe.each(PROFILES)('a rotation that falls due (%s)', (profile) => {
  it.each<readonly [string, (hsm: Hsm) => string]>([
    ['getKey', (hsm) => getKey(hsm, 'orders').key.kid],
    ['sign', (hsm) => sign(hsm, 'orders', { alg: 'ES256', value: DIGEST }).kid],
    ['updateKey', (hsm) => updateKey(hsm, 'orders', {}).key.kid],
  ])('is seen by %s at its second, and not before', (_, kidOf) => {
    const { hsm, clock, first } = monthly({ profile })
    clock.seconds = START + 30 * DAY - 1
    expect(kidOf(hsm)).toBe(first.key.kid)
    clock.seconds += 1
    expect(kidOf(hsm)).not.toBe(first.key.kid)
  })

  it('is seen by the list of keys', () => {
    const { hsm, clock } = monthly({ profile })
    clock.seconds = START + 31 * DAY
    expect(listKeys(hsm).value[0]?.attributes.created).toBe(START + 30 * DAY)
  })

  it('makes one version for each time that it fell due, however far the clock jumps', () => {
    const { hsm, clock } = monthly({ profile })
    clock.seconds = START + 100 * DAY
    expect(createdOf(hsm)).toEqual([0, 30, 60, 90].map((days) => START + days * DAY))
  })

  it('makes a version of new material, with the same operations and tags, and an expiry', () => {
    const { hsm, clock, first } = monthly({ profile }, ['verify'])
    clock.seconds = START + 31 * DAY
    const { key, attributes, tags } = getKey(hsm, 'orders')
    expect(key).toMatchObject({ kty: first.key.kty, crv: 'P-256', key_ops: ['verify'] })
    expect(key.x).not.toBe(first.key.x)
    expect(tags).toEqual({ team: 'shop' })
    expect(attributes).toEqual({
      ...first.attributes,
      created: START + 30 * DAY,
      updated: START + 30 * DAY,
      exp: START + 120 * DAY,
    })
  })

  it('leaves the older version as it was, in use', () => {
    const { hsm, clock, first } = monthly({ profile })
    const { value } = sign(hsm, 'orders', { alg: 'ES256', value: DIGEST })
    clock.seconds = START + 31 * DAY
    expect(getKey(hsm, first.key.kid)).toEqual(first)
    expect(verify(hsm, first.key.kid, { alg: 'ES256', digest: DIGEST, value })).toBe(true)
  })
})

describe('a trigger before expiry', () => {
  const withExpiry = (exp?: number) => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC', attributes: { exp } })
    rotating(hsm, { timeBeforeExpiry: 'P10D' }, 'P60D')
    return { hsm, clock }
  }

  it('counts from the expiry of the version, then from that of the policy', () => {
    const { hsm, clock } = withExpiry(START + 20 * DAY)
    clock.seconds = START + 65 * DAY
    expect(createdOf(hsm)).toEqual([0, 10, 60].map((days) => START + days * DAY))
  })

  it('never comes for a version without expiry', () => {
    const { hsm, clock } = withExpiry()
    clock.seconds = START + 10_000 * DAY
    expect(createdOf(hsm)).toEqual([START])
  })

  it('comes once the version is given an expiry', () => {
    const { hsm, clock } = withExpiry()
    clock.seconds = START + 5 * DAY
    updateKey(hsm, 'orders', { attributes: { exp: START + 40 * DAY } })
    clock.seconds = START + 31 * DAY
    expect(createdOf(hsm)).toEqual([START, START + 30 * DAY])
  })
})

describe('a key does not rotate by itself', () => {
  it('before its policy was set: it rotates then', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    clock.seconds = START + 200 * DAY
    rotating(hsm, { timeAfterCreate: 'P30D' })
    expect(createdOf(hsm)).toEqual([START, START + 200 * DAY])
  })

  it('while it is deleted: it rotates when it is recovered', () => {
    const { hsm, clock } = monthly()
    clock.seconds = START + 20 * DAY
    deleteKey(hsm, 'orders')
    clock.seconds = START + 50 * DAY
    recoverDeletedKey(hsm, 'orders')
    clock.seconds = START + 55 * DAY
    expect(createdOf(hsm)).toEqual([START, START + 50 * DAY])
  })

  it('while it is a backup: it rotates when it is restored', () => {
    const { hsm, clock } = monthly()
    const backup = backupKey(hsm, 'orders')
    const { hsm: other, clock: otherClock } = testHsm()
    clock.seconds = START + 100 * DAY
    otherClock.seconds = START + 100 * DAY
    restoreKey(other, backup)
    otherClock.seconds += DAY
    expect(createdOf(other)).toEqual([START, START + 100 * DAY])
  })

  it('once its policy is without a Rotate action', () => {
    const { hsm, clock } = monthly()
    updateRotationPolicy(hsm, 'orders', {})
    clock.seconds = START + 1000 * DAY
    expect(createdOf(hsm)).toEqual([START])
  })

  it('at its limit of versions, where it goes on as it is', () => {
    const { hsm, clock } = monthly({ limits: { versions: 3 } })
    clock.seconds = START + 149 * DAY
    expect(createdOf(hsm)).toEqual([0, 30, 60].map((days) => START + days * DAY))
    expect(getKey(hsm, 'orders').attributes.created).toBe(START + 60 * DAY)
    expect(sign(hsm, 'orders', { alg: 'ES256', value: DIGEST }).kid).toBe(
      getKey(hsm, 'orders').key.kid,
    )
  })
})

describe('once the clock has moved back before a restore or a recovery', () => {
  const POLICY = { timeBeforeExpiry: 'P20D' }

  /** Both ways to bring a key back: one whose expiry has passed, at 100 days. */
  const BROUGHT_BACK: Readonly<Record<string, (policy?: object) => ReturnType<typeof testHsm>>> = {
    restored: (policy) => {
      const { hsm, clock } = expiring(policy)
      const backup = backupKey(hsm, 'orders')
      const { hsm: other } = testHsm({ clock: () => clock.seconds * 1000 })
      clock.seconds = START + 100 * DAY
      restoreKey(other, backup)
      return { hsm: other, clock }
    },
    recovered: (policy) => {
      const { hsm, clock } = expiring(policy)
      clock.seconds = START + 20 * DAY
      deleteKey(hsm, 'orders')
      clock.seconds = START + 100 * DAY
      recoverDeletedKey(hsm, 'orders')
      return { hsm, clock }
    },
  }

  const expiring = (policy?: object) => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC', attributes: { exp: START + 90 * DAY } })
    if (policy) rotating(hsm, policy)
    return { hsm, clock }
  }

  describe.each(Object.entries(BROUGHT_BACK))('a %s key', (_, broughtBack) => {
    it('rotates by a policy that is set now, at once', () => {
      const { hsm, clock } = broughtBack()
      clock.seconds -= 1
      rotating(hsm, POLICY)
      expect(createdOf(hsm)).toEqual([START, START + 100 * DAY - 1])
    })

    it('rotates by a policy that replaces another now, at once', () => {
      const { hsm, clock } = broughtBack({ timeBeforeExpiry: 'P10D' })
      clock.seconds -= DAY
      rotating(hsm, POLICY)
      expect(createdOf(hsm)).toEqual([START, START + 99 * DAY])
    })

    it('rotates at once when its current version is updated', () => {
      const { hsm, clock } = broughtBack(POLICY)
      clock.seconds -= DAY
      updateKey(hsm, 'orders', { tags: { changed: 'yes' } })
      expect(createdOf(hsm)).toEqual([START, START + 99 * DAY])
    })

    it('rotates by the dates of a version that is created now', () => {
      const { hsm, clock } = broughtBack(POLICY)
      clock.seconds -= 50 * DAY
      createKey(hsm, 'orders', { kty: 'EC', attributes: { exp: START + 75 * DAY } })
      clock.seconds += 10 * DAY
      expect(createdOf(hsm)).toEqual([START, START + 50 * DAY, START + 55 * DAY])
    })

    it('otherwise waits for the instant at which it was brought back', () => {
      const { hsm, clock } = broughtBack(POLICY)
      clock.seconds -= DAY
      expect(createdOf(hsm)).toEqual([START])
      clock.seconds += DAY
      expect(createdOf(hsm)).toEqual([START, START + 100 * DAY])
    })
  })
})

describe('a rotation by hand', () => {
  it('gives the new version the expiry of the policy', () => {
    const { hsm, clock } = monthly()
    clock.seconds = START + 5 * DAY
    expect(rotateKey(hsm, 'orders').attributes.exp).toBe(START + 95 * DAY)
  })

  it('puts off the next one by itself', () => {
    const { hsm, clock } = monthly()
    clock.seconds = START + 20 * DAY
    rotateKey(hsm, 'orders')
    clock.seconds = START + 50 * DAY - 1
    expect(createdOf(hsm)).toEqual([START, START + 20 * DAY])
  })
})

describe('a disabled key', () => {
  it('rotates by itself too, and its new version is enabled', () => {
    const { hsm, clock, first } = monthly()
    updateKey(hsm, 'orders', { attributes: { enabled: false } })
    clock.seconds = START + 30 * DAY
    expect(getKey(hsm, 'orders').attributes.enabled).toBe(true)
    expect(getKey(hsm, first.key.kid).attributes.enabled).toBe(false)
  })
})
