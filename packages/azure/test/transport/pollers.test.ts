/** The long-running operations of the SDK: at once, pending, and under fake timers. */

import { afterEach, describe, expect, it, vi } from 'vitest'
import { clientsOf, SDKS } from '../sdks.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** Lets fake time pass until something is done. */
async function passTime<Result>(result: Promise<Result>): Promise<Result> {
  let done = false
  const settled = result.finally(() => {
    done = true
  })
  while (!done) await vi.advanceTimersByTimeAsync(100)
  return settled
}

describe.each(SDKS)('the pollers of %s', (_, sdk) => {
  it('complete at once, without a timer', async () => {
    const { client } = clientsOf(sdk)
    await client.createKey('k', 'EC')
    const deletion = await client.beginDeleteKey('k')
    expect(deletion.isDone()).toBe(true)
    const recovery = await client.beginRecoverDeletedKey('k')
    expect(recovery.isDone()).toBe(true)
    expect((await recovery.pollUntilDone()).name).toBe('k')
  })

  it('work under fake timers', async () => {
    vi.useFakeTimers()
    const { client } = clientsOf(sdk)
    await passTime(client.createKey('k', 'EC'))
    const deleted = await passTime(
      client.beginDeleteKey('k').then((poller) => poller.pollUntilDone()),
    )
    expect(deleted.properties.recoveryId).toContain('/deletedkeys/k')
  })

  it('wait for a slow deletion, under fake timers', async () => {
    vi.useFakeTimers()
    const begun = Date.now()
    const { client } = clientsOf(sdk, { settlingSeconds: 20 })
    await client.createKey('k', 'EC')
    const poller = await client.beginDeleteKey('k')
    expect(poller.isDone()).toBe(false)
    expect(poller.getOperationState().isStarted).toBe(true)
    await passTime(poller.pollUntilDone())
    expect(Date.now() - begun).toBeGreaterThanOrEqual(20_000)
    expect((await client.getDeletedKey('k')).name).toBe('k')
    const recovery = await client.beginRecoverDeletedKey('k')
    expect(recovery.isDone()).toBe(false)
    expect((await passTime(recovery.pollUntilDone())).name).toBe('k')
  })

  it('wait for a deletion that a script keeps pending', async () => {
    let now = 1_700_000_000_000
    const { client, faults } = clientsOf(sdk, { clock: () => now })
    faults.add({ operation: 'deleteKey', pendingSeconds: 3600 })
    await client.createKey('k', 'EC')
    const poller = await client.beginDeleteKey('k', { intervalInMs: 1 })
    await poller.poll()
    expect(poller.isDone()).toBe(false)
    now += 3_600_000
    expect((await poller.pollUntilDone()).name).toBe('k')
  })

  it('resume from their serialized state', async () => {
    const { client, faults } = clientsOf(sdk, {})
    faults.add({ operation: 'getDeletedKey', status: 404 })
    await client.createKey('k', 'EC')
    const poller = await client.beginDeleteKey('k', { intervalInMs: 1 })
    expect(poller.isDone()).toBe(false)
    const resumed = await client.beginDeleteKey('k', { resumeFrom: poller.toString() })
    expect((await resumed.pollUntilDone()).name).toBe('k')
  })

  it('fail when the service does', async () => {
    const { client, faults } = clientsOf(sdk)
    faults.add({ operation: 'getDeletedKey', status: 400 })
    await client.createKey('k', 'EC')
    await expect(client.beginDeleteKey('k')).rejects.toMatchObject({ statusCode: 400 })
  })
})
