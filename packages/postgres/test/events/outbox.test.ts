import { createKey, type HsmEvent, updateRotationPolicy } from 'pocket-hsm'
import { expect, it, vi } from 'vitest'
import { describeDatabases } from '../support/databases.ts'

const DAY = 86_400_000

/** More than a second, in which nothing else wakes a listener. */
const WAIT = { timeout: 30_000, interval: 50 }

const isNewVersion = ({ eventType }: HsmEvent) => eventType.endsWith('NewVersionCreated')

describeDatabases('events', ({ newSchema }) => {
  it('are delivered once each, with their identity, if nothing fails', async () => {
    const schema = newSchema()
    const database = await schema.open()
    const store = await database.openHsm('contoso')
    await store.run((hsm) => createKey(hsm, 'before', { kty: 'EC-HSM' }))
    const events: HsmEvent[] = []
    const stop = await store.onEvent((event) => void events.push(event))
    await store.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }))
    await store.run((hsm) => {
      createKey(hsm, 'a', { kty: 'EC-HSM' })
      createKey(hsm, 'b', { kty: 'EC-HSM' })
    })
    await vi.waitFor(() => expect(events).toHaveLength(3), WAIT)
    await stop()
    expect(events.map(({ subject }) => subject)).toEqual(['orders', 'a', 'b'])
    expect(new Set(events.map(({ id }) => id)).size).toBe(3)
    await vi.waitFor(
      async () => expect(await schema.query(`select 1 from ${schema.schema}.events`)).toEqual([]),
      WAIT,
    )
  })

  it('come again with the same identity if a listener fails', async () => {
    const store = await (await newSchema().open()).openHsm('contoso')
    const seen: string[] = []
    const stop = await store.onEvent(({ id }) => {
      seen.push(id)
      if (seen.length === 1) throw new Error('not now')
    })
    await store.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }))
    await vi.waitFor(() => expect(seen).toHaveLength(2), WAIT)
    await stop()
    expect(seen[0]).toBe(seen[1])
  })

  it('of what time has done are there before a request returns, whoever made it', async () => {
    const schema = newSchema()
    const [one, other] = [await schema.open(), await schema.open()]
    const events: HsmEvent[] = []
    const store = await one.openHsm('contoso')
    const stop = await store.onEvent((event) => void events.push(event))
    await store.run((hsm) => {
      createKey(hsm, 'orders', { kty: 'EC-HSM' })
      updateRotationPolicy(hsm, 'orders', {
        lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
      })
    })
    await one.setClockOffset(61 * DAY)
    const elsewhere = await other.openHsm('contoso')
    await elsewhere.run((hsm) => createKey(hsm, 'another', { kty: 'EC-HSM' }))
    await vi.waitFor(
      () => expect(events.filter(isNewVersion).map(({ subject }) => subject)).toHaveLength(4),
      WAIT,
    )
    await stop()
    expect(events.filter(isNewVersion).map(({ subject }) => subject)).toEqual([
      'orders',
      'orders',
      'orders',
      'another',
    ])
  })

  it('refuse a listener that is no function', async () => {
    const store = await (await newSchema().open()).openHsm('contoso')
    await expect(store.onEvent('listener' as never)).rejects.toThrow('must be a function')
  })
})
