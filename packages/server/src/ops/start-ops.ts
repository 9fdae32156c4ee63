/** The operator's listener: plain HTTP on a port of its own. */

import type { HsmDatabase } from '@pocket-hsm/postgres'
import { countKeys } from 'pocket-hsm'
import type { ServedHsm } from '../hsms/hosts.ts'
import type { Log } from '../log/create-log.ts'
import { observeRequests } from '../log/observe-requests.ts'
import { inUrl, reachableAt } from '../network/addresses.ts'
import { listen } from '../network/listen.ts'
import type { ServerLimits } from '../options.ts'
import { createMetrics, type MetricSources, type Metrics } from './metrics.ts'
import { respondToOperator } from './ops-routes.ts'
import { createReadiness, type Readiness, type ReadinessCheck } from './readiness.ts'
import { rememberCount } from './remembered-count.ts'

/** What a server serves. */
export interface Served {
  readonly hosts: { readonly all: readonly Pick<ServedHsm, 'name' | 'hsm'>[] }
  /** Where the keys are, if not in memory. */
  readonly database?: Pick<HsmDatabase, 'stats' | 'countKeys'> | undefined
  readonly rsaQueue: MetricSources['rsaQueue']
  readonly journalStats: MetricSources['journal']
  /** Further checks of `/readyz`. */
  readonly checks?: Readonly<Record<string, ReadinessCheck>>
}

/** The operator's listener. */
export interface Ops {
  /** Scheme, address and port, without a slash at the end. */
  readonly url: string
  readonly metrics: Pick<Metrics, 'countRequest' | 'observeDatabase'>
  /** For further checks of `/readyz`. */
  readonly readiness: Readiness
  /** Says that the server is ready, as far as these are. */
  readonly serve: (served: Served) => void
  /** Says that the server is shutting down. */
  readonly stop: () => void
  readonly close: () => Promise<void>
}

/** Without the reason, which has a path: it is in the log. */
const NOT_WRITTEN = 'the state could not be written; restart the server'

/** Probes are small and few; whoever else asks must not keep them waiting. */
const LIMITS: Required<ServerLimits> = {
  maxBodyLength: 1024,
  maxHeaderLength: 8192,
  maxConnections: 64,
  requestSeconds: 5,
  answerSeconds: 5,
}

/**
 * Starts to listen; `/readyz` says that the server is starting until its check `server` is replaced.
 *
 * @throws `NotListening` - as `listen`.
 */
export async function startOps(
  {
    host,
    port,
    version,
  }: { readonly host: string; readonly port: number; readonly version: string },
  log: Log | undefined,
): Promise<Ops> {
  const readiness = createReadiness()
  const metrics = createMetrics(version)
  const listener = await listen(
    respondToOperator({ readiness, metrics }, host),
    { host, port, limits: LIMITS },
    undefined,
    observeRequests(log === undefined ? [] : [log.request], 'debug'),
  )
  return {
    url: `http://${inUrl(reachableAt(listener.address))}:${listener.port}`,
    metrics,
    readiness,
    serve: ({ hosts, database, rsaQueue, journalStats, checks = {} }) => {
      metrics.use({
        hsms: () => hosts.all.length,
        keys: keyCount(hosts, database),
        rsaQueue,
        journal: journalStats,
        database: database?.stats,
      })
      readiness.set('server', () => undefined)
      for (const [name, check] of Object.entries(checks)) readiness.set(name, check)
      if (journalStats() === undefined) return
      readiness.set('state', () => (journalStats()?.failure ? NOT_WRITTEN : undefined))
    },
    stop: () => readiness.set('server', () => 'shutting down'),
    close: listener.close,
  }
}

function keyCount(hosts: Served['hosts'], database: Served['database']) {
  if (database === undefined) {
    return () => hosts.all.reduce((sum, { hsm }) => sum + countKeys(hsm()), 0)
  }
  return rememberCount(() => database.countKeys(hosts.all.map(({ name }) => name)))
}
