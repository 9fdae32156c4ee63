/** What may happen to a key, and when: two tables and the pure functions that read them. */

export { ADMISSION, admit, type Circumstance, type UseOperation } from './admission.ts'
export { applyTime, dueAt, type MakeVersion, type Tell } from './apply-time.ts'
export {
  addVersion,
  type Changed,
  deleteKey,
  isSameReleasePolicy,
  type NewVersion,
  purgeKey,
  type Refused,
  recoverKey,
  setRotationPolicy,
  type UpdateRefusal,
  updateVersion,
  type VersionUpdate,
} from './commands.ts'
export { type Duration, moveBy, parseDuration } from './duration.ts'
export { toIsoInstant } from './instant.ts'
export {
  type Container,
  currentVersion,
  type Deletion,
  type KeyOperation,
  type KeyRecord,
  type KeyState,
  type KeyVersion,
  type NoticeType,
  type ReleasePolicy,
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
export { type Notice, nextNotice, waitsForTime, withNotice } from './notices.ts'
export { recoveryLevel } from './recovery-level.ts'
export { rotatedVersion, rotationDueAt } from './rotation.ts'
export {
  checkRotationPolicy,
  type LifetimeAction,
  type RotationPolicy,
  type RotationPolicyContent,
  type RotationPolicyRefusal,
  type RotationRules,
  type RotationTrigger,
} from './rotation-policy.ts'
