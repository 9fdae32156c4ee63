// Holds: a client that talks to two servers on one PostgreSQL finds what it finds at one: its connections go to one and
// the other in turn.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { makeCluster, removeCluster, variablesOf } from '../../postgres/cluster.mjs'
import { ensurePrograms } from '../../postgres/programs.mjs'
import { listenOnLoopback } from './listen.mjs'
import { startPocketHsm } from './pocket-hsm.mjs'

const SERVERS = 2

/**
 * Starts a PostgreSQL for servers that share their HSMs.
 *
 * @returns {Promise<{ start: typeof startPocketHsm, close: () => void }>} `start` starts two servers on a database of
 *   their own, which look like one.
 * @throws {Error} There is no PostgreSQL, and none can be installed.
 */
export async function prepareSharedServers() {
  const { folder: programs, missing } = ensurePrograms()
  if (missing) throw new Error(missing)
  const cluster = await makeCluster(programs)
  const variables = variablesOf(cluster)
  return {
    start: (asked) => startShared({ programs, variables }, asked),
    close: () => removeCluster(cluster),
  }
}

async function startShared({ programs, variables }, { options = [], env = {}, ...asked }) {
  const database = `stories_${randomBytes(6).toString('hex')}`
  execFileSync(join(programs, 'createdb'), [database], { env: { ...process.env, ...variables } })
  const shared = {
    ...asked,
    options: [...options, '--postgres'],
    env: {
      ...env,
      ...variables,
      PGDATABASE: database,
      POCKET_HSM_STATE_KEY: randomBytes(32).toString('hex'),
    },
  }
  const servers = []
  // One after the other: they make their certificates in one folder.
  for (let count = 0; count < SERVERS; count += 1) servers.push(await startPocketHsm(shared))
  const balancer = await startBalancer(servers.map(({ port }) => port))
  const [first] = servers
  const atBalancer = (text) => text.replaceAll(`:${first.port}`, `:${balancer.port}`)
  const environment = Object.entries(first.environment ?? {})
  return {
    ...first,
    url: atBalancer(first.url),
    port: balancer.port,
    ...(first.environment && {
      environment: Object.fromEntries(
        environment.map(([name, value]) => [name, atBalancer(value)]),
      ),
    }),
    stop: async () => {
      await balancer.close()
      await Promise.all(servers.map((server) => server.stop()))
    },
  }
}

/** Each connection goes to the next port; TLS goes through it unread. */
async function startBalancer(ports) {
  let next = 0
  const server = createServer((near) => {
    const far = connect(ports[next % ports.length], '127.0.0.1')
    next += 1
    near.pipe(far).pipe(near)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  return listenOnLoopback(server)
}
