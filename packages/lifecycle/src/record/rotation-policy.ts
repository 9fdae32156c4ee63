/**
 * Rotation policies and their rules.
 *
 * @see Key Vault "configure cryptographic key auto-rotation"; Managed HSM key rotation
 */

import { calendarDays, nominalDays, parseDuration } from '../time/duration.ts'

/** When an action happens. Exactly one of the two members is present; both are ISO 8601 durations. */
export interface RotationTrigger {
  /** After the version was created. */
  readonly timeAfterCreate?: string
  /** Before the version expires. */
  readonly timeBeforeExpiry?: string
}

/** An action, and when it happens. */
export interface LifetimeAction {
  readonly trigger: RotationTrigger
  readonly action: { readonly type: 'Rotate' | 'Notify' }
}

/** The content of a rotation policy: at most one action of each type. */
export interface RotationPolicyContent {
  readonly lifetimeActions: readonly LifetimeAction[]
  /** ISO 8601 duration from the creation of a rotated version to its expiry. */
  readonly expiryTime?: string
}

/** The rotation policy of a key. Instants are Unix seconds. */
export interface RotationPolicy extends RotationPolicyContent {
  readonly created: number
  readonly updated: number
}

/** The limits of a service for rotation policies. */
export interface RotationRules {
  /** The minimum `expiryTime`, in days. */
  readonly leastExpiryDays: number
  /** The minimum time from creation to rotation, in days. */
  readonly leastDaysAfterCreate: number
  /** The minimum time from rotation to expiry, in days. */
  readonly leastDaysBeforeExpiry: number
}

/** The reason why a policy is refused. */
export type RotationPolicyRefusal =
  | 'durationInvalid'
  | 'triggerInvalid'
  | 'actionRepeated'
  | 'notifyAfterCreate'
  | 'expiryTooShort'
  | 'rotationTooEarly'
  | 'rotationTooLate'

/**
 * Checks a policy against the rules of a service.
 *
 * @returns The first rule that the policy breaks, or `undefined` for a valid policy.
 *
 * @example
 * ```ts
 * import { checkRotationPolicy } from '@pocket-hsm/lifecycle'
 *
 * const rules = { leastExpiryDays: 28, leastDaysAfterCreate: 7, leastDaysBeforeExpiry: 7 }
 * checkRotationPolicy({ lifetimeActions: [], expiryTime: 'P27D' }, rules) // 'expiryTooShort'
 * checkRotationPolicy({ lifetimeActions: [], expiryTime: 'P28D' }, rules) // undefined
 * ```
 */
export function checkRotationPolicy(
  policy: RotationPolicyContent,
  rules: RotationRules,
): RotationPolicyRefusal | undefined {
  return RULES.find(([, isBroken]) => isBroken(policy, rules))?.[0]
}

/** The trigger of the policy's action of a type, or `undefined` if it has no such action. */
export function triggerOf(
  { lifetimeActions }: RotationPolicyContent,
  type: 'Rotate' | 'Notify',
): RotationTrigger | undefined {
  return lifetimeActions.find(({ action }) => action.type === type)?.trigger
}

const days = (text: string | undefined): number | undefined => {
  const duration = text === undefined ? undefined : parseDuration(text)
  return duration && nominalDays(duration)
}

const isRepeated = ({ lifetimeActions }: RotationPolicyContent) =>
  new Set(lifetimeActions.map(({ action }) => action.type)).size < lifetimeActions.length

const hasBadTrigger = ({ lifetimeActions }: RotationPolicyContent) =>
  lifetimeActions.some(
    ({ trigger }) =>
      (trigger.timeAfterCreate === undefined) === (trigger.timeBeforeExpiry === undefined),
  )

const hasBadDuration = ({ lifetimeActions, expiryTime }: RotationPolicyContent) =>
  [
    expiryTime,
    ...lifetimeActions.flatMap(({ trigger }) => [
      trigger.timeAfterCreate,
      trigger.timeBeforeExpiry,
    ]),
  ].some((text) => text !== undefined && parseDuration(text) === undefined)

/** Days from creation to rotation; `undefined` without a Rotate action, or without the expiry that it depends on. */
function daysAfterCreate(policy: RotationPolicyContent): number | undefined {
  const trigger = triggerOf(policy, 'Rotate')
  const [expiry, before] = [days(policy.expiryTime), days(trigger?.timeBeforeExpiry)]
  if (expiry !== undefined && before !== undefined) return expiry - before
  return days(trigger?.timeAfterCreate)
}

/**
 * Checks whether a version could be due for rotation as soon as it is created, so that rotation would never end. The
 * nominal days do not show that: they count a year as five days more than twelve months.
 */
function mayRotateAtOnce(policy: RotationPolicyContent): boolean {
  const before = triggerOf(policy, 'Rotate')?.timeBeforeExpiry
  const [expiry, lead] = [policy.expiryTime, before].map((text) =>
    text === undefined ? undefined : parseDuration(text),
  )
  if (expiry === undefined || lead === undefined) return false
  return calendarDays(expiry).least - calendarDays(lead).most < 1
}

/** Days from rotation to expiry; `undefined` without a Rotate action or without an expiry. */
function daysBeforeExpiry(policy: RotationPolicyContent): number | undefined {
  const trigger = triggerOf(policy, 'Rotate')
  const [expiry, after] = [days(policy.expiryTime), days(trigger?.timeAfterCreate)]
  if (expiry !== undefined && after !== undefined) return expiry - after
  return days(trigger?.timeBeforeExpiry)
}

/** The rules of policies, in the order in which they are checked: each relies on those before it. */
const RULES: readonly (readonly [
  RotationPolicyRefusal,
  (policy: RotationPolicyContent, rules: RotationRules) => boolean,
])[] = [
  ['triggerInvalid', hasBadTrigger],
  ['durationInvalid', hasBadDuration],
  ['actionRepeated', isRepeated],
  ['notifyAfterCreate', (policy) => triggerOf(policy, 'Notify')?.timeAfterCreate !== undefined],
  [
    'expiryTooShort',
    ({ expiryTime }, { leastExpiryDays }) =>
      (days(expiryTime) ?? Number.POSITIVE_INFINITY) < leastExpiryDays,
  ],
  [
    'rotationTooEarly',
    (policy, { leastDaysAfterCreate }) =>
      (daysAfterCreate(policy) ?? Number.POSITIVE_INFINITY) < leastDaysAfterCreate ||
      mayRotateAtOnce(policy),
  ],
  [
    'rotationTooLate',
    (policy, { leastDaysBeforeExpiry }) =>
      (daysBeforeExpiry(policy) ?? Number.POSITIVE_INFINITY) < leastDaysBeforeExpiry,
  ],
]
