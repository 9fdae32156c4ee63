/**
 * The life-cycle table: state × command → outcome.
 *
 * @see Azure Key Vault soft-delete overview; Managed HSM soft-delete overview; Key Vault recovery overview
 */

import type { KeyState } from '../record/key-record.ts'

/** The commands on a key, and the passing of time. */
export type Command =
  | 'create'
  | 'import'
  | 'restore'
  | 'get'
  | 'update'
  | 'rotate'
  | 'backup'
  | 'use'
  | 'delete'
  | 'getDeleted'
  | 'recover'
  | 'purge'
  | 'passTime'

/** The reason why the table refuses a command. */
export type LifeCycleRefusal =
  | 'keyNotFound'
  | 'deletedKeyNotFound'
  | 'keyToRecoverNotFound'
  | 'keyExists'
  | 'nameIsDeleted'
  | 'nameIsBeingDeleted'
  | 'nameIsBeingRecovered'
  | 'deletionInProgress'
  | 'recoveryInProgress'
  | 'purgeProtected'

/** The outcome of a command: the next state, possibly after a transition, or a refusal. */
export type Outcome =
  | {
      readonly next: KeyState
      /** The state during the transition, if the container's deletions and recoveries take time. */
      readonly slowly?: KeyState
      /** The refusal if the container has purge protection. */
      readonly protectedBy?: LifeCycleRefusal
    }
  | { readonly refused: LifeCycleRefusal }

const to = (next: KeyState): Outcome => ({ next })
const refuse = (refused: LifeCycleRefusal): Outcome => ({ refused })

const NEW_VERSION: Record<KeyState, Outcome> = {
  absent: to('active'),
  active: to('active'),
  deleting: refuse('nameIsBeingDeleted'),
  deleted: refuse('nameIsDeleted'),
  recovering: refuse('nameIsBeingRecovered'),
  purging: refuse('nameIsBeingDeleted'),
}

const ACTIVE_ONLY: Record<KeyState, Outcome> = {
  absent: refuse('keyNotFound'),
  active: to('active'),
  deleting: refuse('keyNotFound'),
  deleted: refuse('keyNotFound'),
  recovering: refuse('keyNotFound'),
  purging: refuse('keyNotFound'),
}

/**
 * Every cell of the life cycle, by command and state.
 *
 * | command | absent | active | deleting | deleted | recovering | purging |
 * | --- | --- | --- | --- | --- | --- | --- |
 * | create, import | active | active | 409 | 409 | 409 | 409 |
 * | restore | active | 409 | 409 | 409 | 409 | 409 |
 * | get, update, rotate, backup, use | 404 | active | 404 | 404 | 404 | 404 |
 * | delete | 404 | deleted | 404 | 404 | 404 | 404 |
 * | getDeleted | 404 | 404 | 404 | deleted | 404 | 404 |
 * | recover | 404 | 404 | 409 | active | 409 | 404 |
 * | purge | 404 | 404 | 409 | absent, or 403 | 409 | 404 |
 * | passTime | absent | active | deleted | absent | active | absent |
 *
 * @example
 * ```ts
 * import { LIFE_CYCLE } from '@pocket-hsm/lifecycle'
 *
 * LIFE_CYCLE.create.deleted // { refused: 'nameIsDeleted' }
 * ```
 */
export const LIFE_CYCLE: Readonly<Record<Command, Readonly<Record<KeyState, Outcome>>>> = {
  create: NEW_VERSION,
  import: NEW_VERSION,
  restore: { ...NEW_VERSION, active: refuse('keyExists'), purging: refuse('keyExists') },
  get: ACTIVE_ONLY,
  update: ACTIVE_ONLY,
  rotate: ACTIVE_ONLY,
  backup: ACTIVE_ONLY,
  use: ACTIVE_ONLY,
  delete: { ...ACTIVE_ONLY, active: { next: 'deleted', slowly: 'deleting' } },
  getDeleted: {
    absent: refuse('deletedKeyNotFound'),
    active: refuse('deletedKeyNotFound'),
    deleting: refuse('deletedKeyNotFound'),
    deleted: to('deleted'),
    recovering: refuse('deletedKeyNotFound'),
    purging: refuse('deletedKeyNotFound'),
  },
  recover: {
    absent: refuse('keyToRecoverNotFound'),
    active: refuse('keyToRecoverNotFound'),
    deleting: refuse('deletionInProgress'),
    deleted: { next: 'active', slowly: 'recovering' },
    recovering: refuse('recoveryInProgress'),
    purging: refuse('keyToRecoverNotFound'),
  },
  purge: {
    absent: refuse('deletedKeyNotFound'),
    active: refuse('deletedKeyNotFound'),
    deleting: refuse('deletionInProgress'),
    deleted: { next: 'absent', slowly: 'purging', protectedBy: 'purgeProtected' },
    recovering: refuse('recoveryInProgress'),
    purging: refuse('deletedKeyNotFound'),
  },
  // Applied at the instant that the record names: the end of a transition, or of the retention period.
  passTime: {
    absent: to('absent'),
    active: to('active'),
    deleting: to('deleted'),
    deleted: to('absent'),
    recovering: to('active'),
    purging: to('absent'),
  },
}

/**
 * Looks up whether a command is refused in a state.
 *
 * @param state - The key's state now; `undefined` means `absent`.
 * @returns The refusal, or `undefined` if the command is allowed.
 *
 * @example
 * ```ts
 * import { refusalOf } from '@pocket-hsm/lifecycle'
 *
 * refusalOf('active', 'restore') // 'keyExists'
 * refusalOf(undefined, 'create') // undefined
 * ```
 */
export function refusalOf(
  state: KeyState | undefined,
  command: Command,
): LifeCycleRefusal | undefined {
  const outcome = LIFE_CYCLE[command][state ?? 'absent']
  return 'refused' in outcome ? outcome.refused : undefined
}
