/** `pocket-hsm key rotate` and `rotation-policy`. */

import { serverError } from '../../server-error.ts'
import { dateOutput, KEY_COLUMNS, keyOutput, type WireKey } from './bundles.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { required } from './options.ts'
import type { Column } from './table.ts'
import { pathOf } from './target.ts'
import { jsonOrFile } from './values.ts'

/** A policy in a response of the service. */
interface WirePolicy {
  readonly id?: string
  readonly lifetimeActions?: readonly {
    readonly trigger: { readonly timeAfterCreate?: string; readonly timeBeforeExpiry?: string }
    readonly action: { readonly type: string }
  }[]
  readonly attributes?: {
    readonly expiryTime?: string
    readonly created?: number
    readonly updated?: number
  }
}

export const rotate: KeyCommand = keyCommand({
  name: 'rotate',
  summary: 'create the next version of a key, as its rotation policy says',
  about: 'key',
  options: [],
  examples: ['pocket-hsm key rotate --hsm-name contoso --name orders'],
  columns: KEY_COLUMNS,
  run: async ({ request, target }) =>
    keyOutput(await request<WireKey>('POST', pathOf('keys', target, 'rotate'))),
})

type PrintedPolicy = ReturnType<typeof policyOutput>

const COLUMNS: readonly Column[] = [
  ['ExpiresIn', ({ expiresIn }: PrintedPolicy) => expiresIn],
  [
    'LifetimeActions',
    ({ lifetimeActions }: PrintedPolicy) =>
      lifetimeActions
        .map(({ action, timeAfterCreate: after, timeBeforeExpiry: before }) =>
          after === null
            ? `${action} ${before} before expiry`
            : `${action} ${after} after creation`,
        )
        .join(', '),
  ],
  ['UpdatedOn', ({ updatedOn }: PrintedPolicy) => updatedOn],
]

export const showPolicy: KeyCommand = keyCommand({
  name: 'rotation-policy show',
  summary: 'show when a key rotates automatically',
  about: 'key',
  options: [],
  examples: ['pocket-hsm key rotation-policy show --hsm-name contoso --name orders'],
  columns: COLUMNS,
  run: async ({ request, target }) =>
    policyOutput(await request<WirePolicy>('GET', pathOf('keys', target, 'rotationpolicy'))),
})

export const updatePolicy: KeyCommand = keyCommand<{ readonly value: string }>({
  name: 'rotation-policy update',
  summary: 'set when a key rotates automatically',
  about: 'key',
  options: [
    required('--value <json or file>', 'policy: lifetimeActions, and expiryTime in attributes'),
  ],
  examples: [
    'pocket-hsm key rotation-policy update --hsm-name contoso --name orders --value rotation.json',
    `pocket-hsm key rotation-policy update --hsm-name contoso --name orders --value '{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P90D"},"action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P2Y"}}'`,
  ],
  columns: COLUMNS,
  run: async ({ request, target }, { value }) => {
    const policy = policyFrom(camelCased(jsonOrFile('--value', value)))
    return policyOutput(
      await request<WirePolicy>('PUT', pathOf('keys', target, 'rotationpolicy'), policy),
    )
  },
})

/** A policy in the form of the wire, of az's output or of az's Python code: output is accepted as input. */
interface GivenPolicy {
  readonly lifetimeActions?: readonly GivenAction[]
  readonly attributes?: GivenExpiry
}

interface GivenExpiry {
  readonly expiryTime?: string
  readonly expiresIn?: string
}

interface GivenAction {
  readonly trigger?: object
  readonly action?: string | object
}

function policyFrom(given: unknown): object {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw serverError('BadOption', 'Please specify a valid policy')
  }
  const { lifetimeActions: actions, attributes, ...top } = given as GivenPolicy & GivenExpiry
  const { expiryTime, expiresIn }: GivenExpiry = { ...top, ...attributes }
  return {
    lifetimeActions: Array.isArray(actions) ? actions.map(actionFrom) : actions,
    attributes: { expiryTime: expiryTime ?? expiresIn },
  }
}

function actionFrom(given: GivenAction): object {
  const { action, trigger, ...flat } = Object(given) as GivenAction
  return {
    trigger: trigger ?? flat,
    action: typeof action === 'string' ? { type: action } : action,
  }
}

/** az also accepts the names of its Python code: `time_after_create`. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [
        name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        camelCased(member),
      ]),
  )
}

function policyOutput({ id, lifetimeActions = [], attributes = {} }: WirePolicy) {
  return {
    id: id ?? null,
    lifetimeActions: lifetimeActions.map(({ trigger, action }) => ({
      action: action.type,
      timeAfterCreate: trigger.timeAfterCreate ?? null,
      timeBeforeExpiry: trigger.timeBeforeExpiry ?? null,
    })),
    expiresIn: attributes.expiryTime ?? null,
    createdOn: dateOutput(attributes.created),
    updatedOn: dateOutput(attributes.updated),
  }
}
