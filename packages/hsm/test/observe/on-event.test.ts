/** Events: what listeners hear, when, in which order, and what becomes of the HSM meanwhile. */

import { afterEach, describe, expect, it } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  deleteKey,
  forkHsm,
  getKey,
  getRandomBytes,
  type Hsm,
  type HsmEvent,
  importKey,
  listKeyVersions,
  onEvent,
  passTime,
  purgeDeletedKey,
  recoverDeletedKey,
  restoreKey,
  rotateKey,
  updateKey,
  updateRotationPolicy,
  viewHsm,
} from '../../src/index.ts'
import { CALLS, furnishedHsm } from '../every-operation.ts'
import { octJwk } from '../known-keys.ts'
import { badParameter, refusalOf } from '../refusal.ts'
import { snapshot } from '../snapshot.ts'
import { BASE_URL, DAY, START, testHsm } from '../test-hsm.ts'

/** An event in a few words: what, of which key, so many days after the start. */
const inWords = ({ eventType, eventTime, subject }: HsmEvent): string => {
  const days = (Date.parse(eventTime) / 1000 - START) / DAY
  return `${eventType.replace('Microsoft.KeyVault.Key', '')} ${subject} ${days}`
}

function heardOf(hsm: Hsm): string[] {
  const heard: string[] = []
  onEvent(hsm, (event) => heard.push(inWords(event)))
  return heard
}

const expiring = (days: number) =>
  ({ kty: 'oct', attributes: { exp: START + days * DAY } }) as const

const rotatesAfter = (days: number) => ({
  lifetimeActions: [{ trigger: { timeAfterCreate: `P${days}D` }, action: { type: 'Rotate' } }],
})

describe('an event', () => {
  it('has the shape in which Event Grid delivers those of a vault', () => {
    const { hsm } = testHsm({
      profile: 'vault-premium',
      baseUrl: 'https://contoso.vault.azure.net',
    })
    const events: HsmEvent[] = []
    onEvent(hsm, (event) => events.push(event))
    const attributes = { nbf: START + 1, exp: START + 365 * DAY }
    const { kid } = createKey(hsm, 'orders', { kty: 'EC', attributes }).key
    expect(events).toEqual([
      {
        id: expect.stringMatching(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        ),
        topic:
          '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/pocket-hsm/providers/Microsoft.KeyVault/vaults/contoso',
        subject: 'orders',
        eventType: 'Microsoft.KeyVault.KeyNewVersionCreated',
        eventTime: '2023-11-14T22:13:20.000Z',
        data: {
          Id: kid,
          VaultName: 'contoso',
          ObjectType: 'Key',
          ObjectName: 'orders',
          Version: kid.slice(-32),
          NBF: START + 1,
          EXP: START + 365 * DAY,
        },
        dataVersion: '1',
        metadataVersion: '1',
      },
    ])
  })

  it('has null for an instant that the version does not have, and a topic of its own on a Managed HSM', () => {
    const { hsm } = testHsm()
    const events: HsmEvent[] = []
    onEvent(hsm, (event) => events.push(event))
    createKey(hsm, 'orders', { kty: 'EC' })
    expect(events[0]?.data).toMatchObject({ NBF: null, EXP: null, VaultName: 'pocket' })
    expect(events[0]?.topic).toMatch(/Microsoft\.KeyVault\/managedHSMs\/pocket$/)
  })

  it('has an identifier of its own, under a seed the same in every run', () => {
    const idsOf = (seed: string | undefined) => {
      const hsm = createHsm({ ...(seed !== undefined && { seed }), clock: () => START * 1000 })
      const ids: string[] = []
      onEvent(hsm, ({ id }) => ids.push(id))
      createKey(hsm, 'a', expiring(10))
      createKey(hsm, 'b', expiring(10))
      return ids
    }
    expect(new Set(idsOf('seed')).size).toBe(4)
    expect(idsOf('seed')).toEqual(idsOf('seed'))
    expect(idsOf(undefined)).not.toEqual(idsOf(undefined))
  })

  it('is the same event for all who listen, each under the address of its handle', () => {
    const { hsm } = testHsm()
    const heard: HsmEvent[] = []
    onEvent(hsm, (event) => heard.push(event))
    onEvent(viewHsm(hsm, { baseUrl: 'https://localhost' }), (event) => heard.push(event))
    createKey(hsm, 'orders', { kty: 'EC' })
    expect(heard[0]?.id).toBe(heard[1]?.id)
    expect(heard.map(({ data }) => new URL(data.Id).origin)).toEqual([
      BASE_URL,
      'https://localhost',
    ])
  })
})

describe('a new version is told of', () => {
  it.each([
    ['createKey', 'NewVersionCreated new 0'],
    ['importKey', 'NewVersionCreated imported 0'],
    ['importPem', 'NewVersionCreated imported 0'],
    ['rotateKey', 'NewVersionCreated ec 0'],
    ['restoreKey', 'NewVersionCreated purged 0'],
    ['restoreKeyFromFullBackup', 'NewVersionCreated purged 0'],
  ] as const)('by %s', (operation, event) => {
    const hsm = furnishedHsm()
    const heard = heardOf(hsm)
    CALLS[operation](hsm)
    expect(heard).toEqual([event])
  })

  const makers = [
    'createKey',
    'importKey',
    'importPem',
    'rotateKey',
    'restoreKey',
    'restoreKeyFromFullBackup',
  ]

  it.each(Object.keys(CALLS).filter((name) => !makers.includes(name)))('not by %s', (operation) => {
    const hsm = furnishedHsm()
    const heard = heardOf(hsm)
    CALLS[operation as keyof typeof CALLS](hsm)
    expect(heard).toEqual([])
  })

  it('once by a restored key, whose current version it is', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'a', { kty: 'oct' })
    const current = rotateKey(hsm, 'a').key.kid
    const backup = backupKey(hsm, 'a')
    deleteKey(hsm, 'a')
    purgeDeletedKey(hsm, 'a')
    const events: HsmEvent[] = []
    onEvent(hsm, (event) => events.push(event))
    restoreKey(hsm, backup)
    expect(events.map(({ data }) => data.Id)).toEqual([current])
  })

  it('by a rotation policy, at the instants when it fell due', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'a', { kty: 'oct' })
    updateRotationPolicy(hsm, 'a', rotatesAfter(30))
    const heard = heardOf(hsm)
    clock.seconds += 61 * DAY
    passTime(hsm)
    expect(heard).toEqual(['NewVersionCreated a 30', 'NewVersionCreated a 60'])
  })
})

describe('what has fallen due', () => {
  it('is told in the order of the instants, across keys, then what the call does', () => {
    const { hsm, clock } = testHsm()
    const heard = heardOf(hsm)
    createKey(hsm, 'b', expiring(100))
    createKey(hsm, 'a', { kty: 'oct' })
    updateRotationPolicy(hsm, 'a', rotatesAfter(40))
    createKey(hsm, 'c', expiring(130))
    heard.length = 0
    clock.seconds += 200 * DAY
    createKey(hsm, 'd', { kty: 'oct' })
    expect(heard).toEqual([
      'NewVersionCreated a 40',
      'NearExpiry b 70',
      'NewVersionCreated a 80',
      'Expired b 100',
      'NearExpiry c 100',
      'NewVersionCreated a 120',
      'Expired c 130',
      'NewVersionCreated a 160',
      'NewVersionCreated a 200',
      'NewVersionCreated d 200',
    ])
  })

  it('at one instant is told in the order of the names, whatever their case', () => {
    const { hsm, clock } = testHsm()
    const heard = heardOf(hsm)
    for (const name of ['c', 'B', 'a', 'D']) createKey(hsm, name, expiring(100))
    heard.length = 0
    clock.seconds += 80 * DAY
    passTime(hsm)
    expect(heard).toEqual([
      'NearExpiry a 70',
      'NearExpiry B 70',
      'NearExpiry c 70',
      'NearExpiry D 70',
    ])
  })

  it('is told by any call, by a refused one too', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'a', expiring(100))
    const heard = heardOf(hsm)
    clock.seconds += 75 * DAY
    getRandomBytes(hsm, 1)
    expect(heard).toEqual(['NearExpiry a 70'])
    clock.seconds += 75 * DAY
    expect(() => getKey(hsm, 'nobody')).toThrow()
    expect(heard).toEqual(['NearExpiry a 70', 'Expired a 100'])
  })

  it('is told once, however the clock jumps back and forth', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'a', expiring(100))
    const heard = heardOf(hsm)
    for (const days of [4000, 0, 70, 20, 100, 99, 4000]) {
      clock.seconds = START + days * DAY
      getKey(hsm, 'a')
    }
    expect(heard).toEqual(['NearExpiry a 70', 'Expired a 100'])
    clock.seconds = START
    createKey(hsm, 'b', expiring(40))
    clock.seconds = START + 50 * DAY
    passTime(hsm)
    expect(heard.slice(2)).toEqual(['NewVersionCreated b 0', 'NearExpiry b 10', 'Expired b 40'])
  })

  it('is told at once of a version that is made near its expiry, and not again after a change', () => {
    const { hsm } = testHsm()
    const heard = heardOf(hsm)
    createKey(hsm, 'near', expiring(10))
    createKey(hsm, 'past', expiring(-10))
    updateKey(hsm, 'near', { tags: { a: 'b' } })
    updateKey(hsm, 'near', { attributes: { exp: START + 5 * DAY } })
    expect(heard).toEqual([
      'NewVersionCreated near 0',
      'NearExpiry near 0',
      'NewVersionCreated past 0',
      'Expired past 0',
      'NearExpiry near 0',
    ])
  })

  it('follows the Notify action of a vault', () => {
    const { hsm, clock } = testHsm({ profile: 'vault-premium' })
    createKey(hsm, 'a', { ...expiring(100), kty: 'EC' })
    const action = { type: 'Notify' }
    updateRotationPolicy(hsm, 'a', {
      lifetimeActions: [{ trigger: { timeBeforeExpiry: 'P45D' }, action }],
    })
    const heard = heardOf(hsm)
    clock.seconds += 60 * DAY
    passTime(hsm)
    expect(heard).toEqual(['NearExpiry a 55'])
  })

  it('waits while a key is deleted, and is told when it is recovered', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'a', expiring(40))
    deleteKey(hsm, 'a')
    const heard = heardOf(hsm)
    clock.seconds += 50 * DAY
    passTime(hsm)
    expect(heard).toEqual([])
    recoverDeletedKey(hsm, 'a')
    expect(heard).toEqual(['Expired a 50'])
  })

  it('has no event where a key is purged', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7 })
    createKey(hsm, 'a', expiring(1))
    deleteKey(hsm, 'a')
    const heard = heardOf(hsm)
    clock.seconds += 400 * DAY
    passTime(hsm)
    expect(heard).toEqual([])
  })
})

describe('who listens', () => {
  it('hears nothing of what fell due before', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'a', expiring(100))
    createKey(hsm, 'now', expiring(10))
    clock.seconds += 75 * DAY
    const heard = heardOf(hsm)
    updateKey(hsm, 'a', { tags: { a: 'b' } })
    clock.seconds += 75 * DAY
    passTime(hsm)
    expect(heard).toEqual(['Expired a 100'])
  })

  it('hears of what is done through any view, and of nothing once stopped', () => {
    const { hsm } = testHsm()
    const view = viewHsm(hsm, { caller: 'alice' })
    const heard: string[] = []
    const stop = onEvent(view, (event) => heard.push(inWords(event)))
    createKey(hsm, 'a', { kty: 'oct' })
    createKey(view, 'b', { kty: 'oct' })
    stop()
    stop()
    createKey(hsm, 'c', { kty: 'oct' })
    expect(heard).toEqual(['NewVersionCreated a 0', 'NewVersionCreated b 0'])
  })

  it('of an HSM hears nothing of its forks, nor the other way round', () => {
    const { hsm } = testHsm()
    const heard = heardOf(hsm)
    const fork = forkHsm(hsm)
    const heardOfFork = heardOf(fork)
    createKey(fork, 'a', { kty: 'oct' })
    createKey(hsm, 'b', { kty: 'oct' })
    expect([heard, heardOfFork]).toEqual([['NewVersionCreated b 0'], ['NewVersionCreated a 0']])
  })

  it('may call the HSM: what that makes happen comes after what was waiting', () => {
    const { hsm } = testHsm()
    const heard: string[] = []
    onEvent(hsm, (event) => {
      heard.push(inWords(event))
      if (event.eventType.endsWith('NearExpiry')) {
        updateKey(hsm, event.subject, { attributes: { exp: START + 400 * DAY } })
        importKey(hsm, `${event.subject}-next`, octJwk())
        heard.push('called')
      }
    })
    onEvent(hsm, (event) => heard.push(`second ${inWords(event)}`))
    createKey(hsm, 'a', expiring(10))
    expect(heard).toEqual([
      'NewVersionCreated a 0',
      'second NewVersionCreated a 0',
      'NearExpiry a 0',
      'called',
      'second NearExpiry a 0',
      'NewVersionCreated a-next 0',
      'second NewVersionCreated a-next 0',
    ])
  })

  it('may stop another before its turn, and begin to listen in the middle of it', () => {
    const { hsm } = testHsm()
    const heard: string[] = []
    onEvent(hsm, () => {
      stop()
      if (heard.length === 0) onEvent(hsm, (event) => heard.push(`late ${inWords(event)}`))
      heard.push('first')
    })
    const stop = onEvent(hsm, () => heard.push('stopped'))
    createKey(hsm, 'a', expiring(10))
    expect(heard).toEqual(['first', 'first'])
    createKey(hsm, 'b', { kty: 'oct' })
    expect(heard.slice(2)).toEqual(['first', 'late NewVersionCreated b 0'])
  })

  it('must be a function', () => {
    const { hsm } = testHsm()
    expect(refusalOf(() => onEvent(hsm, 'listener' as never))).toEqual(
      badParameter('The listener must be a function.'),
    )
  })

  it('changes nothing that can be seen of an HSM', () => {
    const told = testHsm()
    const untold = testHsm()
    onEvent(told.hsm, () => undefined)
    for (const { hsm, clock } of [told, untold]) {
      createKey(hsm, 'a', expiring(100))
      createKey(hsm, 'b', { kty: 'oct' })
      updateRotationPolicy(hsm, 'b', rotatesAfter(30))
      clock.seconds += 110 * DAY
      rotateKey(hsm, 'a')
    }
    expect(snapshot(told.hsm)).toEqual(snapshot(untold.hsm))
  })
})

describe('a listener that throws', () => {
  const unhandled: unknown[] = []
  const catchIt = (error: unknown) => unhandled.push(error)

  afterEach(() => {
    process.off('unhandledRejection', catchIt)
  })

  it.each([
    [
      'at once',
      () => {
        throw new Error('no ear for it')
      },
    ],
    [
      'later',
      async () => {
        throw new Error('no ear for it')
      },
    ],
  ])(
    '%s, comes up as an unhandled rejection: neither the call nor another listener feels it',
    async (_when, listener) => {
      const before = process.listeners('unhandledRejection')
      process.removeAllListeners('unhandledRejection')
      process.on('unhandledRejection', catchIt)
      const { hsm } = testHsm()
      onEvent(hsm, listener)
      const heard = heardOf(hsm)
      expect(createKey(hsm, 'a', expiring(10)).key.kid).toMatch(/\/keys\/a\//)
      expect(heard).toHaveLength(2)
      await new Promise((resolve) => setTimeout(resolve, 10))
      process.off('unhandledRejection', catchIt)
      for (const each of before) process.on('unhandledRejection', each)
      expect(unhandled.splice(0)).toEqual([new Error('no ear for it'), new Error('no ear for it')])
      expect(listKeyVersions(hsm, 'a').value).toHaveLength(1)
    },
  )
})

describe('passTime', () => {
  it('answers when something falls due next, for who listens what there is to tell too', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7 })
    expect(passTime(hsm)).toBeUndefined()
    createKey(hsm, 'a', expiring(100))
    expect(passTime(hsm)).toBeUndefined()
    onEvent(hsm, () => undefined)
    expect(passTime(hsm)).toBe((START + 70 * DAY) * 1000)
    createKey(hsm, 'b', { kty: 'oct' })
    deleteKey(hsm, 'b')
    expect(passTime(hsm)).toBe((START + 7 * DAY) * 1000)
    clock.seconds += 101 * DAY
    expect(passTime(hsm)).toBeUndefined()
  })
})
