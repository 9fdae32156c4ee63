/** The control API as a function: keys without a trace, snapshots, fixtures, forks, limits, roles. */

import {
  createHsm,
  createKey,
  deleteKey,
  describeHsm,
  type Hsm,
  listKeys,
  readAudit,
  rotateKey,
  viewHsm,
} from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createControl, createControlledHsm, createFaultScript } from '../../src/index.ts'

const NOW = 1_900_000_000_000

function open(...names: readonly string[]) {
  let offset = 0
  const clock = {
    now: () => NOW + offset,
    offset: () => offset,
    setOffset: (milliseconds: number) => {
      offset = milliseconds
    },
  }
  const all = (names.length > 0 ? names : ['default']).map((name) =>
    createControlledHsm(createHsm({ clock: clock.now }), { name, hosts: [`${name}.test`] }),
  )
  const control = createControl({ hsms: () => all, clock, about: { auth: 'any' } })
  const send = async (method: string, path: string, body?: object) => {
    const response = await control.handle(
      new Request(`https://hsm.test/control${path}`, {
        method,
        ...(body && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      }),
    )
    return { status: response.status, json: JSON.parse(await response.text()) }
  }
  const [first] = all
  if (first === undefined) throw new Error('no HSM')
  return { served: first, all, send, hsm: (): Hsm => first.hsm() }
}

describe('the clock', () => {
  it.each([
    { time: '1969-12-31T23:59:59Z' },
    { time: '-000001-01-01T00:00:00Z' },
    { advanceSeconds: -NOW },
    { advanceSeconds: 8.64e12 },
  ])('does not go where no HSM works: %j', async (body) => {
    const { send } = open()
    expect((await send('POST', '/clock', body)).status).toBe(400)
    expect((await send('GET', '/clock')).json.offsetSeconds).toBe(0)
  })

  it('goes back to the first instant', async () => {
    const { send, hsm } = open()
    expect((await send('POST', '/clock', { time: '1970-01-01T00:00:00Z' })).status).toBe(200)
    expect(createKey(hsm(), 'orders', { kty: 'EC-HSM' }).attributes.created).toBe(0)
  })
})

describe('keys', () => {
  it('are listed in every state, and looking at them leaves no trace', async () => {
    const { send, hsm } = open()
    createKey(hsm(), 'orders', { kty: 'EC-HSM' })
    rotateKey(hsm(), 'orders')
    createKey(hsm(), 'old', { kty: 'oct-HSM' })
    deleteKey(hsm(), 'old')
    const before = readAudit(hsm())
    const { json } = await send('GET', '/keys')
    expect(json.keys).toMatchObject([
      { name: 'orders', state: 'active', versions: 2, current: { kty: 'EC-HSM', crv: 'P-256' } },
      { name: 'old', state: 'deleted' },
    ])
    const named = await send('GET', '/keys?names=OLD,nobody')
    expect(named.json.keys.map(({ name }: { name: string }) => name)).toEqual(['old'])
    const one = await send('GET', '/key?name=orders')
    expect(one.json.key.publicKeys).toHaveLength(2)
    expect(readAudit(hsm())).toEqual(before)
  })

  it('that do not exist are 404, one by one', async () => {
    expect((await open().send('GET', '/key?name=nobody')).status).toBe(404)
    expect((await open().send('GET', '/key')).status).toBe(404)
  })

  it('hold no secret', async () => {
    const { send, hsm } = open()
    createKey(hsm(), 'orders', { kty: 'RSA-HSM', keySize: 2048 })
    createKey(hsm(), 'content', { kty: 'oct-HSM' })
    for (const path of ['/keys', '/key?name=orders', '/key?name=content', '/fixture']) {
      expect(JSON.stringify((await send('GET', path)).json)).not.toMatch(/"(d|k|p|q|dp|dq|qi)":/)
    }
  })
})

describe('a snapshot', () => {
  it('is restored, and the calls after it are gone', async () => {
    const { send, hsm } = open()
    createKey(hsm(), 'orders', { kty: 'EC-HSM' })
    const { json } = await send('GET', '/state')
    const before = describeHsm(hsm())
    deleteKey(hsm(), 'orders')
    expect((await send('POST', '/state', json)).json).toEqual({ restored: true })
    expect(describeHsm(hsm())).toEqual(before)
  })

  it.each([{ state: 'AAAA' }, { state: 7 }, {}, { stat: 'x' }])(
    'that is none is refused, and changes nothing: %j',
    async (body) => {
      const { send, hsm } = open()
      createKey(hsm(), 'orders', { kty: 'EC-HSM' })
      expect((await send('POST', '/state', body)).status).toBe(400)
      expect(listKeys(hsm()).value).toHaveLength(1)
    },
  )

  it('of another HSM is refused', async () => {
    const [one, other] = [open(), open()]
    const { json } = await other.send('GET', '/state')
    const answer = await one.send('POST', '/state', json)
    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toMatch(/^The state was not restored: /)
  })
})

describe('forks', () => {
  it('are listed with the time at which they were made, and dropped', async () => {
    const { send } = open()
    await send('POST', '/clock', { advanceSeconds: 60 })
    await send('POST', '/fork', { name: 'later' })
    const forks = {
      forks: [
        { name: 'start', at: NOW },
        { name: 'later', at: NOW + 60_000 },
      ],
    }
    expect((await send('GET', '/fork')).json).toEqual(forks)
    expect((await send('DELETE', '/fork?name=later')).json).toEqual({ forks: ['start'] })
    expect((await send('POST', '/reset', { to: 'later' })).status).toBe(404)
  })

  it.each([
    [400, ''],
    [400, '?name=start'],
    [404, '?name=nothing'],
  ])('are not dropped with %d: %s', async (status, query) => {
    const { send } = open()
    expect((await send('DELETE', `/fork${query}`)).status).toBe(status)
    expect((await send('GET', '/fork')).json.forks).toHaveLength(1)
  })
})

describe('faults and limits', () => {
  it('are shown as they are queued, each with the requests that it is still for', async () => {
    const { send } = open()
    await send('POST', '/faults', { operation: 'sign', status: 503, times: 3 })
    const { json } = await send('POST', '/faults', { connection: 'lost-after' })
    expect(json).toEqual({
      remaining: 4,
      queued: [
        { operation: 'sign', status: 503, times: 3 },
        { connection: 'lost-after', times: 1 },
      ],
    })
    const script = createFaultScript({ status: 500, times: 2 })
    script.take('sign')
    expect(script.queued()).toEqual([{ status: 500, times: 1 }])
  })

  it('apply to the requests that follow, and can be lifted', async () => {
    const { send, served } = open()
    const setTo = async (limits: unknown) => (await send('POST', '/throttle', { limits })).json
    expect(await setTo('documented')).toEqual({ limits: 'documented' })
    expect(served.throttle()).toBe('documented')
    expect(await setTo('none')).toEqual({ limits: 'none' })
    expect((await send('POST', '/throttle', { limits: 'all' })).status).toBe(400)
    expect((await send('GET', '/throttle')).json).toEqual({ limits: 'none' })
  })

  it('make a vault refuse the eleventh HSM key in ten seconds', async () => {
    const vault = createControlledHsm(createHsm({ profile: 'vault-premium', clock: () => NOW }))
    vault.setThrottle('documented')
    const create = async () => {
      const request = new Request('https://v.test/keys/a/create?api-version=7.6', {
        method: 'POST',
        headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
        body: JSON.stringify({ kty: 'EC-HSM' }),
      })
      return (await vault.handle(request)).status
    }
    const statuses: number[] = []
    for (let request = 0; request < 11; request += 1) statuses.push(await create())
    expect(statuses).toEqual([...Array(10).fill(200), 429])
  })
})

describe('the trail', () => {
  it('is read from the end, and from where a reader has come', async () => {
    const { send, hsm } = open()
    for (const name of ['a', 'b', 'c']) createKey(hsm(), name, { kty: 'oct-HSM' })
    const latest = (await send('GET', '/audit?last=2')).json
    expect(latest).toMatchObject({ total: 3, entries: [{ key: 'b' }, { key: 'c' }] })
    expect((await send('GET', '/audit?after=2')).json.entries).toMatchObject([{ key: 'c' }])
    expect((await send('GET', '/audit?last=0&key=a')).json).toMatchObject({ total: 3 })
    expect((await send('GET', '/audit?last=-1')).status).toBe(400)
  })

  it('says which role would have been enough', async () => {
    const { send, hsm } = open()
    createKey(viewHsm(hsm(), { caller: 'alice' }), 'orders', { kty: 'EC-HSM' })
    const { json } = await send('GET', '/suggested-roles?caller=alice')
    expect(json).toMatchObject({
      calls: 1,
      suggestions: [{ builtIn: { roleName: 'Managed HSM Crypto User' } }],
    })
    expect((await send('GET', '/suggested-roles?caller=nobody')).json).toEqual({
      calls: 0,
      suggestions: [],
    })
  })
})

describe('an HSM in a database', () => {
  it.each(['/keys', '/key?name=a', '/fixture', '/state', '/fork', '/events', '/suggested-roles'])(
    'has no %s',
    async (path) => {
      const hsm = createControlledHsm(createHsm())
      const store = { readAudit: async () => ({ entries: [] }) }
      const clock = { now: () => NOW, offset: () => 0, setOffset: () => {} }
      const control = createControl({ hsms: () => [{ ...hsm, store }], clock })
      const response = await control.handle(new Request(`https://hsm.test/control${path}`))
      expect(response.status).toBe(501)
    },
  )
})
