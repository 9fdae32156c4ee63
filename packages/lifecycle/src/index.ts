/** What may happen to a key, and when: two tables and the pure functions that read them. */

export { ADMISSION, admit, type Circumstance, type UseOperation } from './admission.ts'
export { applyTime, dueAt } from './apply-time.ts'
export {
  addVersion,
  type Changed,
  deleteKey,
  type NewVersion,
  purgeKey,
  type Refused,
  recoverKey,
  updateVersion,
  type VersionUpdate,
} from './commands.ts'
export {
  type Container,
  currentVersion,
  type Deletion,
  type KeyOperation,
  type KeyRecord,
  type KeyState,
  type KeyVersion,
  type StoredState,
  type VersionAttributes,
} from './key-record.ts'
export {
  type Command,
  LIFE_CYCLE,
  type LifeCycleRefusal,
  type Outcome,
  refusalOf,
} from './life-cycle.ts'
export { recoveryLevel } from './recovery-level.ts'
