/** Rotation policies as the wire shapes them, and what the profiles make of them. */

import type {
  LifetimeAction,
  RotationPolicyContent,
  RotationPolicyRefusal,
  RotationRules,
  RotationTrigger,
} from '@pocket-hsm/lifecycle'
import { badParameter, printable } from '../hsm-error.ts'
import type { Profile } from '../service/profiles.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/** What a rotation policy is to say. Durations are ISO 8601 in years, months and days: `P90D`, `P18M`, `P2Y`. */
export interface RotationPolicyInput {
  /** At most one action of each type; `type` is taken in any case. */
  readonly lifetimeActions?: readonly LifetimeActionInput[] | null | undefined
  readonly attributes?:
    | {
        /** How long after their creation rotated versions expire: 28 days at least. */
        readonly expiryTime?: string | null | undefined
      }
    | null
    | undefined
}

/** One action, with exactly one of the two triggers; `null` counts as absent. */
export interface LifetimeActionInput {
  readonly trigger: {
    readonly timeAfterCreate?: string | null | undefined
    readonly timeBeforeExpiry?: string | null | undefined
  }
  readonly action: { readonly type: string }
}

/** The rotation policy of a key. */
export interface RotationPolicy {
  /** `{baseUrl}/keys/{name}/rotationpolicy`. */
  readonly id: string
  readonly lifetimeActions: readonly LifetimeAction[]
  readonly attributes: {
    readonly expiryTime?: string
    /** When the policy was first set: Unix seconds; absent for a key without one. */
    readonly created?: number
    /** When the policy was last set: Unix seconds; absent for a key without one. */
    readonly updated?: number
  }
}

/** The default of a vault: notify thirty days before expiry. */
const DEFAULT_NOTIFY: LifetimeAction = {
  trigger: { timeBeforeExpiry: 'P30D' },
  action: { type: 'Notify' },
}

/** Which limit a refusal's text names. */
export const RULE_OF_REFUSAL: Readonly<
  Partial<Record<RotationPolicyRefusal, keyof RotationRules>>
> = {
  expiryTooShort: 'leastExpiryDays',
  rotationTooEarly: 'leastDaysAfterCreate',
  rotationTooLate: 'leastDaysBeforeExpiry',
}

/** The policy of a key as the wire shapes it; a key without one has the service's default. */
export function rotationPolicyOf(
  { name, rotationPolicy }: HsmKeyRecord,
  { baseUrl, profile }: { readonly baseUrl: string; readonly profile: Profile },
): RotationPolicy {
  const id = `${baseUrl}/keys/${name}/rotationpolicy`
  if (rotationPolicy === undefined) {
    const lifetimeActions = profile.notifies ? [copyOf(DEFAULT_NOTIFY)] : []
    return { id, lifetimeActions, attributes: {} }
  }
  const { lifetimeActions, expiryTime, created, updated } = rotationPolicy
  return {
    id,
    lifetimeActions: lifetimeActions.map(copyOf),
    attributes: { ...(expiryTime !== undefined && { expiryTime }), created, updated },
  }
}

const copyOf = ({ trigger, action }: LifetimeAction): LifetimeAction => ({
  trigger: { ...trigger },
  action: { ...action },
})

/** Reads what a policy is to say. */
export function parseRotationPolicy(policy: RotationPolicyInput): RotationPolicyContent {
  if (typeof policy !== 'object' || policy === null) throw invalid('must be an object')
  const actions = policy.lifetimeActions ?? []
  if (!Array.isArray(actions)) throw invalid('must have a list of lifetimeActions')
  const expiryTime = parseText('expiryTime', policy.attributes?.expiryTime)
  return {
    lifetimeActions: actions.map(parseAction),
    ...(expiryTime !== undefined && { expiryTime }),
  }
}

/** The policy as the profile keeps it: with its Notify action, or without any. */
export function withProfileActions(
  policy: RotationPolicyContent,
  { notifies }: Profile,
): RotationPolicyContent {
  const others = policy.lifetimeActions.filter(({ action }) => action.type !== 'Notify')
  if (!notifies) return { ...policy, lifetimeActions: others }
  const isThere = others.length < policy.lifetimeActions.length
  return isThere ? policy : { ...policy, lifetimeActions: [...others, DEFAULT_NOTIFY] }
}

function parseAction(input: LifetimeActionInput): LifetimeAction {
  const type = ACTION_TYPES[printable(input?.action?.type).toLowerCase()]
  if (type === undefined) throw invalid('has actions of type Rotate and Notify alone')
  const timeAfterCreate = parseText('timeAfterCreate', input.trigger?.timeAfterCreate)
  const timeBeforeExpiry = parseText('timeBeforeExpiry', input.trigger?.timeBeforeExpiry)
  const trigger: RotationTrigger = {
    ...(timeAfterCreate !== undefined && { timeAfterCreate }),
    ...(timeBeforeExpiry !== undefined && { timeBeforeExpiry }),
  }
  return { trigger, action: { type } }
}

const ACTION_TYPES: Readonly<Record<string, 'Rotate' | 'Notify'>> = Object.assign(
  Object.create(null),
  { rotate: 'Rotate', notify: 'Notify' },
)

function parseText(name: string, text: string | null | undefined): string | undefined {
  if (text === undefined || text === null) return undefined
  if (typeof text === 'string') return text
  throw invalid(`has ${name} as text`)
}

function invalid(rule: string): Error {
  return badParameter(`A rotation policy ${rule}.`)
}
