/**
 * The metrics of a server, in the text format of Prometheus.
 *
 * No label is a name, a path or a caller: the number of series depends on the operations and the statuses alone.
 *
 * @see https://prometheus.io/docs/practices/naming/
 */

import type { DatabaseObserver, DatabaseStats } from '@pocket-hsm/postgres'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { LogListener } from '../options.ts'
import { createDatabaseMetrics, type DatabaseMetrics } from './database-metrics.ts'

/** What a server counts elsewhere. */
export interface MetricSources {
  readonly hsms: () => number
  readonly keys: () => number | Promise<number>
  readonly rsaQueue: () => { readonly waiting: number; readonly running: number }
  /** `undefined` without a state. */
  readonly journal: () =>
    | { readonly writes: number; readonly bytes: number; readonly failure?: Error | undefined }
    | undefined
  /** `undefined` without a database. */
  readonly database?: (() => DatabaseStats) | undefined
}

/** The metrics of a server. */
export interface Metrics {
  /** Counts a request. */
  readonly countRequest: LogListener
  /** Counts what was measured of a database; without one, there are no metrics of it. */
  readonly observeDatabase: DatabaseObserver
  /** Reads these sources from now on. */
  readonly use: (sources: MetricSources) => void
  /** Returns the page. */
  readonly page: () => Promise<string>
  readonly contentType: string
}

/** From a fast read to the longest that a server takes: seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120]

/** The process has one set of these, however many servers are in it: they cannot be stopped. */
let ofProcess: Registry | undefined

function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}

/** Makes the metrics of a server that is starting. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry()
  const registers = [registry]
  let sources: MetricSources | undefined
  let made: DatabaseMetrics | undefined
  const ofDatabase = () => (made ??= createDatabaseMetrics(registers))
  const requests = new Counter({
    name: 'pocket_hsm_requests_total',
    help: 'Requests by operation and status; the status is "none" where the connection was closed without a response.',
    labelNames: ['operation', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'pocket_hsm_request_duration_seconds',
    help: 'Time until a response was ready, by operation.',
    labelNames: ['operation'],
    buckets: BUCKETS,
    registers,
  })
  new Gauge({
    name: 'pocket_hsm_build_info',
    help: 'The version of the server; always 1.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1)
  for (const [name, help, read] of GAUGES) {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        if (sources !== undefined) this.set(await read(sources))
      },
    })
  }
  for (const [name, help, read] of COUNTERS) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        if (sources !== undefined) this.inc(read(sources))
      },
    })
  }
  return {
    countRequest: ({ operation = 'none', status = 'none', ms }) => {
      requests.inc({ operation, status })
      durations.observe({ operation }, ms / 1000)
    },
    observeDatabase: (measurement) => ofDatabase().observe(measurement),
    use: (next) => {
      sources = next
      if (next.database !== undefined) ofDatabase().use(next.database)
    },
    page: () => Registry.merge([registry, processRegistry()]).metrics(),
    contentType: registry.contentType,
  }
}

type Source<Value> = readonly [name: string, help: string, read: (sources: MetricSources) => Value]

const GAUGES: readonly Source<number | Promise<number>>[] = [
  ['pocket_hsm_hsms', 'HSMs that the server has.', ({ hsms }) => hsms()],
  [
    'pocket_hsm_keys',
    'Keys of all HSMs, deleted ones included; NaN while the database that has them does not respond.',
    ({ keys }) => keys(),
  ],
  [
    'pocket_hsm_rsa_keys_waiting',
    'RSA keys that wait to be made.',
    ({ rsaQueue }) => rsaQueue().waiting,
  ],
  [
    'pocket_hsm_rsa_keys_running',
    'RSA keys that are being made.',
    ({ rsaQueue }) => rsaQueue().running,
  ],
  [
    'pocket_hsm_state_failed',
    '1 once the state could not be written: every request gets a 500 then.',
    ({ journal }) => (journal()?.failure === undefined ? 0 : 1),
  ],
]

const COUNTERS: readonly Source<number>[] = [
  [
    'pocket_hsm_state_writes_total',
    'Writes to the state; one may be for several requests.',
    ({ journal }) => journal()?.writes ?? 0,
  ],
  [
    'pocket_hsm_state_written_bytes_total',
    'Bytes of changes written to the state.',
    ({ journal }) => journal()?.bytes ?? 0,
  ],
]
