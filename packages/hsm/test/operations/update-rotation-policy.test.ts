import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createKey,
  deleteKey,
  getRotationPolicy,
  type Hsm,
  importKey,
  purgeDeletedKey,
  type RotationPolicyInput,
  recoverDeletedKey,
  restoreKey,
  rotateKey,
  updateRotationPolicy,
} from '../../src/index.ts'
import { ecJwk } from '../known-keys.ts'
import { badParameter, itRefuses, keyNotFound, type Refusal, type Trial } from '../refusal.ts'
import { BASE_URL, PROFILES, START, testHsm } from '../test-hsm.ts'

const rotate = (trigger: object) => ({ trigger, action: { type: 'Rotate' } })
const notify = (trigger: object) => ({ trigger, action: { type: 'Notify' } })
const MONTHLY = rotate({ timeAfterCreate: 'P30D' })
const NOTIFY = notify({ timeBeforeExpiry: 'P30D' })

describe.each(PROFILES)('updateRotationPolicy (%s)', (profile) => {
  const withKey = () => {
    const { hsm, clock } = testHsm({ profile })
    createKey(hsm, 'Orders', { kty: 'EC' })
    return { hsm, clock }
  }
  /** The actions of a policy as this profile keeps it. */
  const kept = (...actions: readonly object[]) =>
    profile === 'managed-hsm' ? actions : [...actions, NOTIFY]

  it('answers the policy as it stands, and when it was set', () => {
    const { hsm, clock } = withKey()
    const policy = { lifetimeActions: [MONTHLY], attributes: { expiryTime: 'P3M' } }
    clock.seconds += 60
    expect(updateRotationPolicy(hsm, 'orders', policy)).toEqual({
      id: `${BASE_URL}/keys/Orders/rotationpolicy`,
      lifetimeActions: kept(MONTHLY),
      attributes: { expiryTime: 'P3M', created: START + 60, updated: START + 60 },
    })
  })

  it('puts it in place of the one before, whose beginning stays', () => {
    const { hsm, clock } = withKey()
    updateRotationPolicy(hsm, 'orders', {
      lifetimeActions: [MONTHLY],
      attributes: { expiryTime: 'P90D' },
    })
    clock.seconds += 60
    const { lifetimeActions, attributes } = updateRotationPolicy(hsm, 'orders', {
      lifetimeActions: [NOTIFY],
    })
    expect(lifetimeActions).toEqual(kept())
    expect(attributes).toEqual({ created: START, updated: START + 60 })
  })

  it('takes the types of actions in any case, and answers them with a capital', () => {
    const { hsm } = withKey()
    for (const type of ['rotate', 'ROTATE', 'Rotate']) {
      const lifetimeActions = [{ ...MONTHLY, action: { type } }]
      expect(updateRotationPolicy(hsm, 'orders', { lifetimeActions }).lifetimeActions).toEqual(
        kept(MONTHLY),
      )
    }
  })

  it('takes null for absent', () => {
    const { hsm } = withKey()
    const trigger = { timeAfterCreate: 'P30D', timeBeforeExpiry: null }
    const attributes = { expiryTime: null }
    const asked = { lifetimeActions: [{ ...MONTHLY, trigger }], attributes }
    expect(updateRotationPolicy(hsm, 'orders', asked).lifetimeActions).toEqual(kept(MONTHLY))
    const nothing = { lifetimeActions: null, attributes: null }
    expect(updateRotationPolicy(hsm, 'orders', nothing).lifetimeActions).toEqual(kept())
  })

  it('takes a Rotate action where it is strict too', () => {
    const { hsm } = testHsm({ profile, strict: true })
    createKey(hsm, 'orders', { kty: 'EC' })
    const { lifetimeActions } = updateRotationPolicy(hsm, 'orders', { lifetimeActions: [MONTHLY] })
    expect(lifetimeActions).toEqual(kept(MONTHLY))
  })

  it('stays with the key when a version is created, imported or rotated', () => {
    const { hsm } = withKey()
    const set = updateRotationPolicy(hsm, 'orders', { lifetimeActions: [MONTHLY] })
    createKey(hsm, 'orders', { kty: 'EC' })
    importKey(hsm, 'orders', ecJwk())
    rotateKey(hsm, 'orders')
    expect(getRotationPolicy(hsm, 'orders')).toEqual(set)
  })

  it('comes back with a recovered and with a restored key', () => {
    const { hsm, clock } = withKey()
    const set = updateRotationPolicy(hsm, 'orders', { lifetimeActions: [MONTHLY] })
    const backup = backupKey(hsm, 'orders')
    clock.seconds += 60
    deleteKey(hsm, 'orders')
    recoverDeletedKey(hsm, 'orders')
    expect(getRotationPolicy(hsm, 'orders')).toEqual(set)
    deleteKey(hsm, 'orders')
    purgeDeletedKey(hsm, 'orders')
    restoreKey(hsm, backup)
    expect(getRotationPolicy(hsm, 'orders')).toEqual(set)
  })

  it('keeps nothing of what it is given', () => {
    const { hsm } = withKey()
    const trigger = { timeAfterCreate: 'P30D' }
    const policy = { lifetimeActions: [rotate(trigger)], attributes: { expiryTime: 'P90D' } }
    const set = updateRotationPolicy(hsm, 'orders', policy)
    trigger.timeAfterCreate = 'P60D'
    policy.lifetimeActions.pop()
    policy.attributes.expiryTime = 'P1Y'
    expect(getRotationPolicy(hsm, 'orders')).toEqual(set)
  })
})

describe('updateRotationPolicy and Notify', () => {
  const actionsOf = (profile: 'managed-hsm' | 'vault-standard', ...actions: readonly object[]) => {
    const { hsm } = testHsm({ profile })
    createKey(hsm, 'orders', { kty: 'EC' })
    const lifetimeActions = actions as RotationPolicyInput['lifetimeActions']
    return updateRotationPolicy(hsm, 'orders', { lifetimeActions }).lifetimeActions
  }
  const early = notify({ timeBeforeExpiry: 'P10D' })

  it('a vault adds one thirty days before expiry where there is none', () => {
    expect(actionsOf('vault-standard', MONTHLY)).toEqual([MONTHLY, NOTIFY])
  })

  it('a vault keeps one that is there', () => {
    expect(actionsOf('vault-standard', early, MONTHLY)).toEqual([early, MONTHLY])
  })

  it('a Managed HSM drops it', () => {
    expect(actionsOf('managed-hsm', early, MONTHLY)).toEqual([MONTHLY])
  })
})

describe('updateRotationPolicy refuses', () => {
  const VAULTS: Trial = { profiles: ['vault-premium', 'vault-standard'] }
  const MANAGED: Trial = { profiles: ['managed-hsm'] }

  const refuses = (title: string, policy: unknown, refusal: Refusal, trial: Trial = {}) =>
    itRefuses(
      title,
      (hsm: Hsm) => {
        createKey(hsm, 'orders', { kty: 'EC' })
        return () => updateRotationPolicy(hsm, 'orders', policy as RotationPolicyInput)
      },
      refusal,
      trial,
    )
  const action = (lifetimeAction: object, expiryTime?: string) => ({
    lifetimeActions: [lifetimeAction],
    attributes: { expiryTime },
  })
  const invalid = (rule: string) => badParameter(`A rotation policy ${rule}.`)
  const early = (days: number) =>
    badParameter(`A key must rotate at least ${days} days after its creation.`)
  const late = (days: number) =>
    badParameter(`A key must rotate at least ${days} days before its expiry.`)
  const duration = badParameter(
    'A duration of a rotation policy must be ISO 8601 of years, months and days, such as P90D or P2Y.',
  )
  const trigger = badParameter(
    'A lifetime action must have exactly one trigger: timeAfterCreate or timeBeforeExpiry.',
  )

  refuses(
    'no policy',
    undefined,
    badParameter('The options of updateRotationPolicy must be an object, not undefined.'),
  )
  refuses(
    'a policy that is null',
    null,
    badParameter('The options of updateRotationPolicy must be an object, not null.'),
  )
  refuses(
    'actions that are no list',
    { lifetimeActions: MONTHLY },
    badParameter(
      'The option "lifetimeActions" of updateRotationPolicy must be an array, not an object.',
    ),
  )
  refuses(
    'the action null',
    action(null as never),
    badParameter(
      'The option "lifetimeActions[0]" of updateRotationPolicy must be an object, not null.',
    ),
  )
  for (const lifetimeAction of [{}, { ...MONTHLY, action: { type: 'Delete' } }]) {
    refuses(
      `the action ${JSON.stringify(lifetimeAction)}`,
      { lifetimeActions: [lifetimeAction] },
      invalid('has actions of type Rotate and Notify alone'),
    )
  }
  refuses(
    'an action of a type that objects inherit',
    action({ ...MONTHLY, action: { type: 'constructor' } }),
    invalid('has actions of type Rotate and Notify alone'),
  )
  refuses(
    'a trigger that is a number',
    action(rotate({ timeAfterCreate: 30 })),
    badParameter(
      'The option "lifetimeActions[0].trigger.timeAfterCreate" of updateRotationPolicy must be a string, not a number.',
    ),
  )
  refuses(
    'an expiry that is a number',
    { attributes: { expiryTime: 90 } },
    badParameter(
      'The option "attributes.expiryTime" of updateRotationPolicy must be a string, not a number.',
    ),
  )
  refuses('an expiry in weeks', { attributes: { expiryTime: 'P8W' } }, duration)
  refuses('a trigger in hours', action(rotate({ timeAfterCreate: 'PT900H' })), duration)
  refuses('an action without a trigger', action({ action: { type: 'Rotate' } }), trigger)
  refuses(
    'an action with both triggers',
    action(rotate({ timeAfterCreate: 'P30D', timeBeforeExpiry: 'P30D' })),
    trigger,
  )
  refuses(
    'two actions of one type',
    { lifetimeActions: [MONTHLY, MONTHLY] },
    badParameter('A rotation policy takes at most one action of each type.'),
  )
  refuses(
    'a notification after creation',
    action(notify({ timeAfterCreate: 'P30D' })),
    badParameter('A Notify action takes a timeBeforeExpiry trigger alone.'),
  )
  refuses(
    'an expiry after 27 days',
    { attributes: { expiryTime: 'P27D' } },
    badParameter('expiryTime must be at least 28 days.'),
  )
  refuses('a rotation after 6 days', action(rotate({ timeAfterCreate: 'P6D' })), early(7), VAULTS)
  refuses(
    'a rotation after 27 days',
    action(rotate({ timeAfterCreate: 'P27D' })),
    early(28),
    MANAGED,
  )
  refuses(
    'a rotation 29 days before an expiry after 56',
    action(rotate({ timeBeforeExpiry: 'P29D' }), 'P56D'),
    early(28),
    MANAGED,
  )
  refuses(
    'a rotation 6 days before an expiry',
    action(rotate({ timeAfterCreate: 'P84D' }), 'P90D'),
    late(7),
    VAULTS,
  )
  refuses(
    'a rotation after the expiry',
    action(rotate({ timeAfterCreate: 'P91D' }), 'P90D'),
    late(0),
    MANAGED,
  )
  refuses(
    'a Notify action where it is strict',
    { lifetimeActions: [NOTIFY] },
    badParameter('A Managed HSM does not support Notify actions.'),
    { ...MANAGED, strict: true },
  )
  itRefuses(
    'a name that nobody has',
    (hsm) => () => updateRotationPolicy(hsm, 'nobody', {}),
    keyNotFound('nobody'),
  )
  itRefuses(
    'a deleted key',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      return () => updateRotationPolicy(hsm, 'orders', {})
    },
    keyNotFound('orders'),
  )
  itRefuses(
    'an invalid name',
    (hsm) => () => updateRotationPolicy(hsm, 'a_b', {}),
    badParameter('The request URI contains an invalid name: a_b'),
  )
})
