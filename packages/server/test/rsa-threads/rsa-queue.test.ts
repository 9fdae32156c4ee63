/** The order in which RSA keys are made. */

import { describe, expect, it } from 'vitest'
import { createRsaQueue, MOST_WAITING, type RsaJobKind } from '../../src/rsa-threads/rsa-queue.ts'
import { createSharedWork } from '../../src/rsa-threads/shared-work.ts'

const STAYS = new AbortController().signal

/** A queue of one at a time whose jobs end when they are told to. */
function queueOfOne() {
  const queue = createRsaQueue(1)
  const started: string[] = []
  const ends: (() => void)[] = []
  const add = (name: string, kind: RsaJobKind = 'asked', signal = STAYS) =>
    queue.run(kind, signal, () => {
      started.push(name)
      return new Promise<string>((resolve) => ends.push(() => resolve(name)))
    })
  const endOne = async () => {
    ends.shift()?.()
    await new Promise(setImmediate)
  }
  return { add, started, endOne }
}

describe('a queue of RSA keys', () => {
  it('runs jobs in the order in which they came, and gives back what they return', async () => {
    const { add, started, endOne } = queueOfOne()
    const jobs = ['a', 'b', 'c'].map((name) => add(name))
    for (const _ of jobs) await endOne()
    expect(started).toEqual(['a', 'b', 'c'])
    expect(await Promise.all(jobs)).toEqual(['a', 'b', 'c'])
  })

  it('goes on after a job that failed', async () => {
    const queue = createRsaQueue(1)
    const failing = queue.run('asked', STAYS, () => Promise.reject(new Error('no key')))
    const next = queue.run('asked', STAYS, async () => 'key')
    await expect(failing).rejects.toThrow('no key')
    expect(await next).toBe('key')
  })

  it('alternates between keys that clients ask for and rotations that are due', async () => {
    const { add, started, endOne } = queueOfOne()
    for (const name of ['a1', 'a2', 'a3', 'a4']) void add(name)
    for (const name of ['d1', 'd2']) void add(name, 'due')
    for (let i = 0; i < 6; i += 1) await endOne()
    expect(started).toEqual(['a1', 'a2', 'd1', 'a3', 'd2', 'a4'])
  })

  it('never runs a job whose client has gone', async () => {
    const { add, started, endOne } = queueOfOne()
    void add('a')
    const client = new AbortController()
    const gone = add('b', 'asked', client.signal)
    void add('c')
    client.abort(new Error('gone'))
    await expect(gone).rejects.toThrow('gone')
    await endOne()
    expect(started).toEqual(['a', 'c'])
    await expect(add('d', 'asked', client.signal)).rejects.toThrow('gone')
  })

  it('refuses with 429 when too many of a kind are waiting, and accepts the other kind', async () => {
    const { add, endOne } = queueOfOne()
    const clients = Array.from({ length: MOST_WAITING + 1 }, () => new AbortController())
    for (const { signal } of clients) void add('x', 'asked', signal).catch(() => {})
    await expect(add('y')).rejects.toMatchObject({ status: 429, code: 'Throttled' })
    const due = add('d', 'due')
    clients.at(-1)?.abort()
    const asked = add('z')
    for (let i = 0; i < MOST_WAITING + 3; i += 1) await endOne()
    expect(await Promise.all([due, asked])).toEqual(['d', 'z'])
  })
})

describe('shared work', () => {
  const share = createSharedWork<number>()

  it('is done once for all callers at the same time', async () => {
    let done = 0
    const work = async () => {
      done += 1
      return done
    }
    const both = await Promise.all([share('a', STAYS, work), share('a', STAYS, work)])
    expect(both).toEqual([1, 1])
    expect(await share('a', STAYS, work)).toBe(2)
    expect(
      await Promise.all([share(undefined, STAYS, work), share(undefined, STAYS, work)]),
    ).toEqual([3, 4])
  })

  it('is given up when the last caller has gone, and not before', async () => {
    const clients = [new AbortController(), new AbortController()]
    const signals: AbortSignal[] = []
    const work = (signal: AbortSignal) => {
      signals.push(signal)
      return new Promise<number>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      )
    }
    const refused = clients.map(({ signal }) =>
      expect(share('b', signal, work)).rejects.toThrow('gone'),
    )
    clients[0]?.abort(new Error('gone'))
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
    clients[1]?.abort(new Error('gone'))
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    await Promise.all(refused)
    expect(await share('b', STAYS, async () => 7)).toBe(7)
  })
})
