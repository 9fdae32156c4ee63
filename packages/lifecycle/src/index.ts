/** The life cycle of keys: two tables of rules, and the pure functions that apply them. */

export { applyTime, dueAt, type MakeVersion, type Tell } from './commands/apply-time.ts'
export { deleteKey, purgeKey, recoverKey } from './commands/deletion.ts'
export type { Changed, Refused } from './commands/outcome.ts'
export { rotatedVersion, rotationDueAt } from './commands/rotation.ts'
export { setRotationPolicy } from './commands/set-rotation-policy.ts'
export {
  addVersion,
  isSameReleasePolicy,
  type NewVersion,
  type UpdateRefusal,
  updateVersion,
  type VersionUpdate,
} from './commands/versions.ts'
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
} from './record/key-record.ts'
export { type Notice, nextNotice, waitsForTime, withNotice } from './record/notices.ts'
export { recoveryLevel } from './record/recovery-level.ts'
export {
  checkRotationPolicy,
  type LifetimeAction,
  type RotationPolicy,
  type RotationPolicyContent,
  type RotationPolicyRefusal,
  type RotationRules,
  type RotationTrigger,
} from './record/rotation-policy.ts'
export { ADMISSION, admit, type Circumstance, type UseOperation } from './rules/admission.ts'
export {
  type Command,
  LIFE_CYCLE,
  type LifeCycleRefusal,
  type Outcome,
  refusalOf,
} from './rules/life-cycle.ts'
export { type Duration, moveBy, parseDuration } from './time/duration.ts'
export { toIsoInstant } from './time/instant.ts'
