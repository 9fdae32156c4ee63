import { describe, expect, it } from 'vitest'
import {
  checkRotationPolicy,
  type LifetimeAction,
  type RotationPolicyContent,
  type RotationRules,
  type RotationTrigger,
} from '../../src/index.ts'

const VAULT: RotationRules = {
  leastExpiryDays: 28,
  leastDaysAfterCreate: 7,
  leastDaysBeforeExpiry: 7,
}
const HSM: RotationRules = {
  leastExpiryDays: 28,
  leastDaysAfterCreate: 28,
  leastDaysBeforeExpiry: 0,
}

const rotate = (trigger: RotationTrigger): LifetimeAction => ({
  trigger,
  action: { type: 'Rotate' },
})
const notify = (trigger: RotationTrigger): LifetimeAction => ({
  trigger,
  action: { type: 'Notify' },
})

function policy(
  expiryTime: string | undefined,
  ...lifetimeActions: LifetimeAction[]
): RotationPolicyContent {
  return { lifetimeActions, ...(expiryTime !== undefined && { expiryTime }) }
}

describe('a vault accepts a policy', () => {
  it.each([
    ['without actions', policy(undefined)],
    ['of the least expiry', policy('P28D')],
    ['that rotates seven days after creation', policy('P28D', rotate({ timeAfterCreate: 'P7D' }))],
    ['that rotates seven days before expiry', policy('P28D', rotate({ timeBeforeExpiry: 'P7D' }))],
    ['that rotates without an expiry', policy(undefined, rotate({ timeAfterCreate: 'P2M' }))],
    [
      'that rotates and notifies',
      policy('P1Y', rotate({ timeAfterCreate: 'P6M' }), notify({ timeBeforeExpiry: 'P30D' })),
    ],
  ])('%s', (_, content) => {
    expect(checkRotationPolicy(content, VAULT)).toBeUndefined()
  })
})

describe('a vault refuses a policy', () => {
  it.each([
    ['with an action without a trigger', policy('P90D', rotate({})), 'triggerInvalid'],
    [
      'with an action of two triggers',
      policy('P90D', rotate({ timeAfterCreate: 'P30D', timeBeforeExpiry: 'P30D' })),
      'triggerInvalid',
    ],
    ['with an expiry in weeks', policy('P8W'), 'durationInvalid'],
    [
      'with a trigger in hours',
      policy('P90D', rotate({ timeAfterCreate: 'PT800H' })),
      'durationInvalid',
    ],
    [
      'with a trigger before expiry in hours',
      policy('P90D', rotate({ timeBeforeExpiry: 'PT800H' })),
      'durationInvalid',
    ],
    [
      'with two Rotate actions',
      policy('P90D', rotate({ timeAfterCreate: 'P30D' }), rotate({ timeAfterCreate: 'P40D' })),
      'actionRepeated',
    ],
    [
      'that notifies after creation',
      policy('P90D', notify({ timeAfterCreate: 'P30D' })),
      'notifyAfterCreate',
    ],
    ['that expires after 27 days', policy('P27D'), 'expiryTooShort'],
    [
      'that rotates six days after creation',
      policy('P90D', rotate({ timeAfterCreate: 'P6D' })),
      'rotationTooEarly',
    ],
    [
      'that rotates six days after creation, counted from the expiry',
      policy('P28D', rotate({ timeBeforeExpiry: 'P22D' })),
      'rotationTooEarly',
    ],
    [
      'that rotates six days before expiry',
      policy('P90D', rotate({ timeBeforeExpiry: 'P6D' })),
      'rotationTooLate',
    ],
    [
      'that rotates six days before expiry, counted from creation',
      policy('P28D', rotate({ timeAfterCreate: 'P22D' })),
      'rotationTooLate',
    ],
    [
      'that rotates too late for any expiry',
      policy(undefined, rotate({ timeBeforeExpiry: 'P6D' })),
      'rotationTooLate',
    ],
  ] as const)('%s', (_, content, refusal) => {
    expect(checkRotationPolicy(content, VAULT)).toBe(refusal)
  })
})

describe('a Managed HSM', () => {
  it('rotates 28 days after creation at the earliest', () => {
    expect(
      checkRotationPolicy(policy('P56D', rotate({ timeBeforeExpiry: 'P28D' })), HSM),
    ).toBeUndefined()
    expect(checkRotationPolicy(policy('P56D', rotate({ timeBeforeExpiry: 'P29D' })), HSM)).toBe(
      'rotationTooEarly',
    )
    expect(checkRotationPolicy(policy(undefined, rotate({ timeAfterCreate: 'P27D' })), HSM)).toBe(
      'rotationTooEarly',
    )
  })

  it('rotates up to the expiry', () => {
    expect(
      checkRotationPolicy(policy('P56D', rotate({ timeAfterCreate: 'P56D' })), HSM),
    ).toBeUndefined()
    expect(checkRotationPolicy(policy('P56D', rotate({ timeAfterCreate: 'P57D' })), HSM)).toBe(
      'rotationTooLate',
    )
  })
})

describe('a policy under which a version would be due as soon as it is made', () => {
  it.each([
    ['P2Y', 'P24M'],
    ['P337D', 'P11M'],
    ['P10Y', 'P121M'],
    ['P6Y', 'P72M'],
  ])('is refused: %s with a trigger of %s before', (expiryTime, timeBeforeExpiry) => {
    const content = policy(expiryTime, rotate({ timeBeforeExpiry }))
    expect(checkRotationPolicy(content, VAULT)).toBe('rotationTooEarly')
    expect(checkRotationPolicy(content, HSM)).toBe('rotationTooEarly')
  })

  it.each([
    ['P1Y', 'P11M'],
    ['P1M', 'P23D'],
    ['P2M', 'P1M'],
    ['P37D', 'P1M'],
    ['P2Y', 'P1M'],
  ])('is not the same as %s with a trigger of %s before', (expiryTime, timeBeforeExpiry) => {
    const content = policy(expiryTime, rotate({ timeBeforeExpiry }))
    expect(checkRotationPolicy(content, VAULT)).toBeUndefined()
  })
})
