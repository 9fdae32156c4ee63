/** The metrics of a server whose HSMs are in PostgreSQL. */

import type { DatabaseStats } from '@pocket-hsm/postgres'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/ops/metrics.ts'

/** Every metric of a database, and its type. */
const EXPECTED = {
  pocket_hsm_database_audit_entries_lost_total: 'counter',
  pocket_hsm_database_audit_entries_waiting: 'gauge',
  pocket_hsm_database_cached_key_bytes: 'gauge',
  pocket_hsm_database_cached_keys: 'gauge',
  pocket_hsm_database_connection_wait_seconds: 'histogram',
  pocket_hsm_database_connection_waiters: 'gauge',
  pocket_hsm_database_connections: 'gauge',
  pocket_hsm_database_connections_max: 'gauge',
  pocket_hsm_database_errors_total: 'counter',
  pocket_hsm_database_key_cache_hits_total: 'counter',
  pocket_hsm_database_key_cache_misses_total: 'counter',
  pocket_hsm_database_last_error_timestamp_seconds: 'gauge',
  pocket_hsm_database_reruns_total: 'counter',
  pocket_hsm_database_statement_duration_seconds: 'histogram',
  pocket_hsm_database_transaction_duration_seconds: 'histogram',
}

const STATS: DatabaseStats = {
  connections: { open: 7, idle: 4, most: 10, waiting: 2 },
  cache: { keys: 3, bytes: 400, hits: 50, misses: 6 },
  waitingAuditEntries: 8,
  lostAuditEntries: 9,
}

const SOURCES = {
  hsms: () => 1,
  keys: async () => 12,
  rsaQueue: () => ({ waiting: 0, running: 0 }),
  journal: () => undefined,
}

function withDatabase(stats = () => STATS) {
  const metrics = createMetrics('0')
  metrics.observeDatabase({ kind: 'statement', seconds: 0.002 })
  metrics.use({ ...SOURCES, database: stats })
  return metrics
}

const typesIn = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/^# TYPE (pocket_hsm_\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]),
  )

const linesOf = async (metrics: { readonly page: () => Promise<string> }) =>
  (await metrics.page()).split('\n')

describe('the metrics of a database', () => {
  it('are these, and are absent without one', async () => {
    const withOne = typesIn(await withDatabase().page())
    const without = createMetrics('0')
    without.use(SOURCES)
    const others = typesIn(await without.page())
    expect(Object.keys(others).filter((name) => name.includes('database'))).toEqual([])
    expect(withOne).toEqual({ ...others, ...EXPECTED })
  })

  it('show the pool, the cache and the audit trail', async () => {
    let stats = STATS
    const metrics = withDatabase(() => stats)
    const lines = await linesOf(metrics)
    for (const line of [
      'pocket_hsm_keys 12',
      'pocket_hsm_database_connections{state="active"} 3',
      'pocket_hsm_database_connections{state="idle"} 4',
      'pocket_hsm_database_connections_max 10',
      'pocket_hsm_database_connection_waiters 2',
      'pocket_hsm_database_cached_keys 3',
      'pocket_hsm_database_cached_key_bytes 400',
      'pocket_hsm_database_key_cache_hits_total 50',
      'pocket_hsm_database_key_cache_misses_total 6',
      'pocket_hsm_database_audit_entries_waiting 8',
      'pocket_hsm_database_audit_entries_lost_total 9',
    ]) {
      expect(lines).toContain(line)
    }
    stats = { ...STATS, cache: { ...STATS.cache, hits: 51 } }
    expect(await linesOf(metrics)).toContain('pocket_hsm_database_key_cache_hits_total 51')
  })

  it('count what was measured, and begin with zero where a rate needs it', async () => {
    const metrics = withDatabase()
    expect(await linesOf(metrics)).toContain(
      'pocket_hsm_database_reruns_total{reason="conflict"} 0',
    )
    metrics.observeDatabase({ kind: 'statement', seconds: 3 })
    metrics.observeDatabase({ kind: 'connection', seconds: 0.2 })
    metrics.observeDatabase({ kind: 'transaction', seconds: 0.02, result: 'write' })
    metrics.observeDatabase({ kind: 'rerun', reason: 'conflict' })
    const before = Math.floor(Date.now() / 1000)
    metrics.observeDatabase({ kind: 'error', code: 'DiskFull' })
    metrics.observeDatabase({ kind: 'error', code: 'DiskFull' })
    const page = await metrics.page()
    const lines = page.split('\n')
    for (const line of [
      'pocket_hsm_database_statement_duration_seconds_count 2',
      'pocket_hsm_database_statement_duration_seconds_bucket{le="0.0025"} 1',
      'pocket_hsm_database_connection_wait_seconds_count 1',
      'pocket_hsm_database_transaction_duration_seconds_count{result="write"} 1',
      'pocket_hsm_database_transaction_duration_seconds_count{result="failed"} 0',
      'pocket_hsm_database_reruns_total{reason="conflict"} 1',
      'pocket_hsm_database_reruns_total{reason="missing"} 0',
      'pocket_hsm_database_errors_total{code="DiskFull"} 2',
    ]) {
      expect(lines).toContain(line)
    }
    const last = /^pocket_hsm_database_last_error_timestamp_seconds\{code="DiskFull"\} (\S+)$/m
    expect(Number(last.exec(page)?.[1])).toBeGreaterThanOrEqual(before)
  })
})
