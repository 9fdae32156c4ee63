/** Assertions on the history of an HSM, for tests under any runner. */

export { assertCalled, assertNeverCalled, assertUsedOnlyFor } from './assertions.ts'
export { printAudit } from './print-audit.ts'
export type { CallFilter, KeyUseOperation } from './verdicts.ts'
