/** What goes wrong while histories are recorded. */

import { setTimeout } from 'node:timers/promises'
import type { CuttingProxy } from '../support/cutting-proxy.ts'
import { oneByWeight, oneOf, type Random } from '../support/random.ts'
import type { ServerProcess } from '../support/servers.ts'
import type { OwnPostgres, TestDatabase } from '../support/test-database.ts'

/** Where faults are put. */
export interface FaultScene {
  readonly random: Random
  readonly servers: readonly ServerProcess[]
  readonly postgres: OwnPostgres
  readonly database: TestDatabase
  readonly proxy: CuttingProxy
}

/** Faults that come until they are stopped. */
export interface Faults {
  /** Stops them, and waits until every server can be reached. */
  readonly stop: () => Promise<void>
  /** How often each came. */
  readonly counts: () => Readonly<Record<string, number>>
}

const WEIGHTS = {
  kill: 8,
  terminate: 6,
  'cut answers': 5,
  'restart fast': 2,
  'restart immediate': 2,
}

const PAUSE_MS = 900

/** One of so many answers of the database is lost, while they are. */
const CUT_ONE_OF = 40

const MOST_STARTS = 100

/** Begins to make faults, one after the other. */
export function startFaults({ random, servers, postgres, database, proxy }: FaultScene): Faults {
  const counts = new Map<string, number>()
  let isStopped = false
  const act: Readonly<Record<keyof typeof WEIGHTS, () => Promise<unknown>>> = {
    kill: async () => {
      const server = oneOf(random, servers)
      await server.kill()
      await setTimeout(random() * 300)
      await startInTheEnd(server)
    },
    terminate: () =>
      database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = $1 and usename = $2 and random() < $3`,
        [database.name, database.role, oneOf(random, [0.3, 1])],
      ),
    'cut answers': async () => {
      proxy.cutOneOf(CUT_ONE_OF)
      await setTimeout(random() * 1000)
      proxy.cutOneOf(0)
    },
    'restart fast': () => postgres.restart('fast'),
    'restart immediate': () => postgres.restart('immediate'),
  }
  const makeFaults = async () => {
    const firstOfEach = Object.keys(act) as (keyof typeof act)[]
    while (!isStopped) {
      const fault = firstOfEach.pop() ?? oneByWeight(random, WEIGHTS)
      await act[fault]()
      counts.set(fault, (counts.get(fault) ?? 0) + 1)
      await setTimeout(random() * PAUSE_MS)
    }
  }
  const ended = makeFaults()
  // An error is thrown by `stop`, not beside it.
  ended.catch(() => {})
  return {
    stop: async () => {
      isStopped = true
      await ended
    },
    counts: () => Object.fromEntries([...counts, ['answers cut', proxy.cuts()]]),
  }
}

/** A server does not start while PostgreSQL is down: it is started again until it does. */
export async function startInTheEnd(server: ServerProcess): Promise<void> {
  for (let starts = 1; ; starts += 1) {
    try {
      await server.start()
      return
    } catch (error) {
      if (starts === MOST_STARTS) throw error
      await setTimeout(100)
    }
  }
}

/**
 * From now on some statements of the servers fail as those of PostgreSQL do when transactions are in each other's way: at
 * once, or only when they are committed.
 *
 * @param share - Which part of them: 0.02 is one of fifty.
 */
export async function failSometimes(
  { query }: TestDatabase,
  schema: string,
  share: number,
): Promise<void> {
  await query(`create or replace function public.fail_sometimes() returns trigger language plpgsql as $$
    begin
      if random() < ${share} then
        raise exception 'injected' using errcode = (array['40001', '40P01'])[1 + floor(random() * 2)::int];
      end if;
      return null;
    end $$`)
  await query(`create trigger fail_now after insert or update or delete on ${schema}.keys
    for each statement execute function public.fail_sometimes()`)
  await query(`create constraint trigger fail_at_commit after insert on ${schema}.commits
    deferrable initially deferred for each row execute function public.fail_sometimes()`)
}
