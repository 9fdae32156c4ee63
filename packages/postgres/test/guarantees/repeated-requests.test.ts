/** A client that never got a response sends its request again, as the SDKs do, to another server. */

import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { json } from 'node:stream/consumers'
import { Client } from 'pg'
import { afterEach, expect, it, vi } from 'vitest'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { describeOnPostgres } from '../support/on-postgres.ts'
import { SCHEMA } from '../support/open-stores.ts'
import { createRandom } from '../support/random.ts'
import { createServerProcess } from '../support/servers.ts'
import { createTestDatabase } from '../support/test-database.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Two servers; the first one reaches the database through a proxy. */
async function scene() {
  const database = await createTestDatabase()
  ends.push(database.drop)
  const proxy = await startCuttingProxy(database.port, createRandom(1))
  ends.push(proxy.close)
  const stateKey = randomBytes(32).toString('hex')
  const started = async (url: string) => {
    const server = await createServerProcess({
      env: { POCKET_HSM_POSTGRES: url, POCKET_HSM_STATE_KEY: stateKey },
    })
    ends.push(server.kill)
    await server.start()
    return server
  }
  const one = await started(database.url(proxy.port))
  return { database, proxy, one, other: await started(database.url()) }
}

/** A load balancer leaves the host that the client has used as it is. */
const HOST = 'localhost:8443'

async function ask(url: string, target: string, id: string, body?: object) {
  const [method, path] = target.split(' ')
  const headers = {
    host: HOST,
    authorization: 'Bearer any',
    'content-type': 'application/json',
    'x-ms-client-request-id': id,
  }
  const sent = request(`${url}${path}?api-version=7.6`, { method, headers, agent: false })
  sent.end(body && JSON.stringify(body))
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server sends
  return { status: response.statusCode, json: (await json(response)) as any }
}

const jwk = { kty: 'oct-HSM', k: Buffer.alloc(32).toString('base64url') }

describeOnPostgres('a request whose server was killed after it was stored', () => {
  it.each<[string, string, object]>([
    ['create', 'POST /keys/orders/create', { kty: 'EC-HSM' }],
    ['import', 'PUT /keys/orders', { key: jwk }],
    ['rotate', 'POST /keys/orders/rotate', {}],
  ])('adds no second version when it is sent again: %s', async (_, target, body) => {
    const { database, proxy, one, other } = await scene()
    await ask(other.url, 'POST /keys/orders/create', randomUUID(), { kty: 'oct-HSM' })
    await ask(one.url, 'GET /keys/orders', randomUUID())
    const id = randomUUID()
    proxy.holdAnswersTo('"repeat":')
    const cut = ask(one.url, target, id, body).catch(() => 'cut')
    await vi.waitFor(() => expect(proxy.held()).toBeGreaterThan(0), { timeout: 20_000 })
    await one.kill()
    expect(await cut).toBe('cut')

    const versions = async () => {
      const { json: page } = await ask(other.url, 'GET /keys/orders/versions', randomUUID())
      return page.value.map(({ kid }: { kid: string }) => kid.split('/').at(-1)) as string[]
    }
    const stored = await versions()
    expect(stored).toHaveLength(2)
    const again = await ask(other.url, target, id, body)
    expect(again.status).toBe(200)
    expect(stored).toContain(again.json.key.kid.split('/').at(-1))
    expect(again.json.key.kid).toContain(HOST)
    expect(await versions()).toEqual(stored)
    expect(await database.query(`select 1 from ${SCHEMA}.repeats`)).toEqual([])
  })

  it('adds no second version when its client had gone before it was stored', async () => {
    const { database, one, other } = await scene()
    await ask(other.url, 'POST /keys/orders/create', randomUUID(), { kty: 'oct-HSM' })
    // What has locked the key holds the request up.
    const locker = new Client({ connectionString: database.url() })
    await locker.connect()
    ends.push(() => locker.end())
    await locker.query('begin')
    await locker.query(`select 1 from ${SCHEMA}.keys for update`)
    const id = randomUUID()
    const { port } = new URL(one.url)
    const body = '{"kty":"EC-HSM"}'
    const gone = connect(Number(port), '127.0.0.1').on('error', () => {})
    gone.write(
      `POST /keys/orders/create?api-version=7.6 HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: Bearer any\r\nx-ms-client-request-id: ${id}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    const waiting = `select 1 from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`
    await vi.waitFor(
      async () => expect(await database.query(waiting, [database.name])).toHaveLength(1),
      { timeout: 20_000 },
    )
    gone.destroy()
    // By its response, the server has noticed.
    await ask(one.url, 'GET /keys/orders', randomUUID())
    await locker.query('commit')
    const again = await ask(other.url, 'POST /keys/orders/create', id, { kty: 'EC-HSM' })
    expect(again.status).toBe(200)
    const { json: page } = await ask(other.url, 'GET /keys/orders/versions', randomUUID())
    expect(page.value).toHaveLength(2)
  })

  it('is another request with the identifier of one that has got its response', async () => {
    const { one, other } = await scene()
    const id = randomUUID()
    const kids = []
    for (const { url } of [one, other, one, other]) {
      const made = await ask(url, 'POST /keys/orders/create', id, { kty: 'oct-HSM' })
      expect(made.status).toBe(200)
      kids.push(made.json.key.kid.split('/').at(-1))
    }
    expect(new Set(kids).size).toBe(4)
  })
})
