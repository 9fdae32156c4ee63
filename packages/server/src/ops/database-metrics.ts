/** The metrics of a database: only a server whose HSMs are in one has them. */

import type { DatabaseObserver, DatabaseStats } from '@pocket-hsm/postgres'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** The metrics of a database. */
export interface DatabaseMetrics {
  /** Counts what was measured. */
  readonly observe: DatabaseObserver
  /** Reads the rest from here on. */
  readonly use: (read: () => DatabaseStats) => void
}

/** From a round trip on the same machine to the limit of a statement: seconds. */
const BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
]

const REASONS = ['conflict', 'missing', 'due'] as const

const RESULTS = ['read', 'write', 'due', 'failed'] as const

/** Makes the metrics. */
export function createDatabaseMetrics(registers: Registry[]): DatabaseMetrics {
  let read: (() => DatabaseStats) | undefined
  const histogram = <Label extends string>(
    name: string,
    help: string,
    ...labelNames: readonly Label[]
  ) => new Histogram({ name, help, labelNames, buckets: BUCKETS, registers })
  const waits = histogram(
    'pocket_hsm_database_connection_wait_seconds',
    'Time until there was a connection to the database.',
  )
  const statements = histogram(
    'pocket_hsm_database_statement_duration_seconds',
    'Time of each round trip to the database; begin, commit and rollback are round trips too.',
  )
  const transactions = histogram(
    'pocket_hsm_database_transaction_duration_seconds',
    'Time of each operation on an HSM in the database, from loading to storing, with its reruns.',
    'result',
  )
  const reruns = new Counter({
    name: 'pocket_hsm_database_reruns_total',
    help: 'Operations that ran again: others had changed the same keys (conflict), further keys were needed (missing), or time had changed keys (due).',
    labelNames: ['reason'],
    registers,
  })
  const errors = new Counter({
    name: 'pocket_hsm_database_errors_total',
    help: 'Connections and statements that failed, and operations that could not be finished, by code.',
    labelNames: ['code'],
    registers,
  })
  const lastErrors = new Gauge({
    name: 'pocket_hsm_database_last_error_timestamp_seconds',
    help: 'When there was an error of this code last: Unix time.',
    labelNames: ['code'],
    registers,
  })
  // A rate needs the zero before the first one.
  for (const reason of REASONS) reruns.inc({ reason }, 0)
  for (const result of RESULTS) transactions.zero({ result })
  for (const [name, help, readFrom] of GAUGES) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        if (read !== undefined) this.set(readFrom(read()))
      },
    })
  }
  new Gauge({
    name: 'pocket_hsm_database_connections',
    help: 'Connections that are open, by whether anything uses them.',
    labelNames: ['state'],
    registers,
    collect() {
      if (read === undefined) return
      const { open, idle } = read().connections
      this.set({ state: 'active' }, open - idle)
      this.set({ state: 'idle' }, idle)
    },
  })
  for (const [name, help, readFrom] of COUNTERS) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        if (read !== undefined) this.inc(readFrom(read()))
      },
    })
  }
  return {
    observe: (measured) => {
      if (measured.kind === 'connection') waits.observe(measured.seconds)
      if (measured.kind === 'statement') statements.observe(measured.seconds)
      if (measured.kind === 'transaction') {
        transactions.observe({ result: measured.result }, measured.seconds)
      }
      if (measured.kind === 'rerun') reruns.inc({ reason: measured.reason })
      if (measured.kind === 'error') {
        errors.inc({ code: measured.code })
        lastErrors.set({ code: measured.code }, Date.now() / 1000)
      }
    },
    use: (next) => {
      read = next
    },
  }
}

type Source = readonly [name: string, help: string, readFrom: (stats: DatabaseStats) => number]

const GAUGES: readonly Source[] = [
  [
    'pocket_hsm_database_connections_max',
    'Connections that may be open at once.',
    ({ connections }) => connections.most,
  ],
  [
    'pocket_hsm_database_connection_waiters',
    'Statements and transactions that wait for a connection.',
    ({ connections }) => connections.waiting,
  ],
  [
    'pocket_hsm_database_cached_keys',
    'Keys that are kept open in memory.',
    ({ cache }) => cache.keys,
  ],
  [
    'pocket_hsm_database_cached_key_bytes',
    'Sealed bytes of the keys that are kept open; open, they take several times as much memory.',
    ({ cache }) => cache.bytes,
  ],
  [
    'pocket_hsm_database_audit_entries_waiting',
    'Entries of the audit trail that are not stored yet.',
    ({ waitingAuditEntries }) => waitingAuditEntries,
  ],
]

const COUNTERS: readonly Source[] = [
  [
    'pocket_hsm_database_key_cache_hits_total',
    'Keys that were needed and did not have to be opened.',
    ({ cache }) => cache.hits,
  ],
  [
    'pocket_hsm_database_key_cache_misses_total',
    'Keys that were needed and had to be fetched and opened.',
    ({ cache }) => cache.misses,
  ],
  [
    'pocket_hsm_database_audit_entries_lost_total',
    'Entries of the audit trail that were dropped, as the database did not take them in time.',
    ({ lostAuditEntries }) => lostAuditEntries,
  ],
]
