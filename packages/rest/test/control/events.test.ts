/** Events of the control API: what a reader gets, when, and how little is kept for one that does not read. */

import { createHsm, createKey, deleteKey, forkHsm, getKey } from 'pocket-hsm'
import { afterEach, describe, expect, it } from 'vitest'
import { type Control, createControl, createControlledHsm } from '../../src/index.ts'

const NOW = 1_900_000_000_000
const DAY = 86_400

const controls: Control[] = []
afterEach(() => {
  for (const control of controls.splice(0)) control.close()
})

function open() {
  let offset = 0
  const clock = {
    now: () => NOW + offset,
    offset: () => offset,
    setOffset: (milliseconds: number) => {
      offset = milliseconds
    },
  }
  const served = createControlledHsm(createHsm({ clock: clock.now, softDeleteRetentionDays: 7 }))
  const control = createControl({ hsms: () => [served], clock })
  controls.push(control)
  const post = (path: string, body: object) =>
    control.handle(
      new Request(`https://hsm.test/control${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
  const follow = async (after?: number) => {
    const query = after === undefined ? '' : `?after=${after}`
    const response = await control.handle(new Request(`https://hsm.test/control/events${query}`))
    return { response, ...reader(response) }
  }
  return { served, control, post, follow }
}

/** Reads one event after the other. */
function reader({ body }: Response) {
  const source = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  const next = async (): Promise<{ name: string; data: Record<string, unknown> } | undefined> => {
    const end = text.indexOf('\n\n')
    if (end < 0) {
      const { done, value } = (await source?.read()) ?? { done: true, value: undefined }
      if (done) return undefined
      text += decoder.decode(value, { stream: true })
      return next()
    }
    const block = text.slice(0, end)
    text = text.slice(end + 2)
    const [, name = '', data = '{}'] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? []
    return name === '' ? next() : { name, data: JSON.parse(data) }
  }
  return { next, stop: () => source?.cancel() }
}

describe('a stream', () => {
  it('begins with the status, and goes on with what is published', async () => {
    const { served, control, follow } = open()
    const { response, next } = await follow()
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(await next()).toMatchObject({
      name: 'status',
      data: { offsetSeconds: 0, faults: 0, limits: 'none', activation: 'Active' },
    })
    createKey(served.hsm(), 'orders', { kty: 'EC-HSM' })
    getKey(served.hsm(), 'orders')
    control.publish()
    expect(await next()).toMatchObject({
      name: 'audit',
      data: { total: 2, entries: [{ operation: 'createKey' }, { operation: 'getKey' }] },
    })
  })

  it('begins where its reader has come to', async () => {
    const { served, follow } = open()
    for (const name of ['a', 'b']) createKey(served.hsm(), name, { kty: 'oct-HSM' })
    const { next } = await follow(1)
    expect(await next()).toMatchObject({ data: { total: 2, entries: [{ key: 'b' }] } })
  })

  it('has what time does when the clock is moved', async () => {
    const { served, post, follow } = open()
    createKey(served.hsm(), 'old', { kty: 'oct-HSM' })
    deleteKey(served.hsm(), 'old')
    const { next } = await follow()
    await next()
    await post('/clock', { advanceSeconds: 8 * DAY })
    expect(await next()).toMatchObject({
      name: 'audit',
      data: { entries: [{ operation: 'purgeDeletedKey', byTime: true }] },
    })
    expect(await next()).toMatchObject({ name: 'status', data: { offsetSeconds: 8 * DAY } })
  })

  it('says that another state is in the place of the HSM, and goes on with its trail', async () => {
    const { served, control, follow } = open()
    const before = forkHsm(served.hsm())
    createKey(served.hsm(), 'orders', { kty: 'EC-HSM' })
    const { next } = await follow()
    await next()
    served.replace(before)
    control.publish()
    expect(await next()).toEqual({ name: 'restored', data: { total: 0 } })
    createKey(served.hsm(), 'again', { kty: 'EC-HSM' })
    control.publish()
    expect(await next()).toMatchObject({ name: 'audit', data: { total: 1, entries: [{}] } })
  })

  it('says how many entries it has left out', async () => {
    const { served, follow } = open()
    createKey(served.hsm(), 'orders', { kty: 'oct-HSM' })
    for (let call = 0; call < 1500; call += 1) getKey(served.hsm(), 'orders')
    const { next } = await follow(0)
    const event = await next()
    expect(event?.data).toMatchObject({ total: 1501, lost: 501 })
    expect(event?.data['entries']).toHaveLength(1000)
  })

  it('keeps nothing for a reader that does not read, and has the news when it does', async () => {
    const { served, control, follow } = open()
    const { next } = await follow()
    createKey(served.hsm(), 'orders', { kty: 'oct-HSM' })
    for (let round = 0; round < 3; round += 1) {
      getKey(served.hsm(), 'orders')
      control.publish()
      await new Promise((resolve) => setTimeout(resolve, 80))
    }
    expect(await next()).toMatchObject({ name: 'status' })
    expect((await next())?.data).toMatchObject({ total: 4 })
  })

  it('ends with the control API', async () => {
    const { control, follow } = open()
    const { next } = await follow()
    await next()
    control.close()
    expect(await next()).toBeUndefined()
  })
})

describe('streams', () => {
  it('are limited in number, and one that has ended makes room', async () => {
    const { follow } = open()
    const all = []
    for (let index = 0; index < 64; index += 1) all.push(await follow())
    expect((await follow()).response.status).toBe(409)
    await all[0]?.stop()
    expect((await follow()).response.status).toBe(200)
  })

  it.each(['?after=x', '?after=-1', '?from=1'])('are refused with %s', async (query) => {
    const { control } = open()
    const request = new Request(`https://hsm.test/control/events${query}`)
    expect((await control.handle(request)).status).toBe(400)
  })
})
