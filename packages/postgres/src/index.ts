/** HSMs in PostgreSQL, for any number of servers and processes. */

export type { StoredAudit, StoredAuditFilter } from './audit/read-audit.ts'
export type { CacheStats } from './cache/key-cache.ts'
export { exportHsm } from './copy/export-hsm.ts'
export { importHsm } from './copy/import-hsm.ts'
export type { DatabaseOptions } from './database/database-options.ts'
export type { DatabaseClock, DatabaseStats, HsmDatabase } from './database/hsm-database.ts'
export { openDatabase } from './database/open-database.ts'
export type { StoredHsmOptions } from './database/open-hsm.ts'
export type { DatabaseConnection, DatabaseQueries } from './driver/connection-driver.ts'
export type { ConnectionStats } from './driver/driver.ts'
export type { DatabaseErrorCode } from './errors/database-error.ts'
export type { StoredEventListener } from './events/outbox.ts'
export type {
  DatabaseMeasurement,
  DatabaseObserver,
  RerunReason,
  TransactionResult,
} from './measure/measurements.ts'
export type { HsmStore, RunOptions } from './store/hsm-store.ts'
export type { StoredJobLease } from './store/job-lease.ts'
export type { RunOnce } from './store/once.ts'
