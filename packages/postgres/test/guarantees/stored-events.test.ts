import { createKey, type HsmEvent, rotateKey } from 'pocket-hsm'
import { afterEach, expect, it, vi } from 'vitest'
import type { HsmStore } from '../../src/index.ts'
import { describeOnPostgres } from '../support/on-postgres.ts'
import { type OpenStores, openStores } from '../support/open-stores.ts'
import { createRandom, oneOf } from '../support/random.ts'

let open: OpenStores | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})

const versionOf = (kid: string): string => kid.split('/').at(-1) ?? ''

describeOnPostgres('events of several servers', () => {
  it('come at least once each, with their identity, when listeners fail and go away', async () => {
    open = await openStores(3)
    const { stores } = open
    const random = createRandom(11)
    const received: HsmEvent[] = []
    const fails = { count: 0 }
    const listener = (event: HsmEvent) => {
      received.push(event)
      if (random() >= 0.1) return
      fails.count += 1
      throw new Error('The listener fails.')
    }
    const ends = await Promise.all(stores.map((store) => store.onEvent(listener)))
    const made = new Set<string>()
    const client = async (_: unknown, index: number) => {
      const name = `key-${index}`
      const run = (work: Parameters<HsmStore['run']>[0]) =>
        oneOf(random, stores).run(work, { names: [name] }) as Promise<{ key: { kid: string } }>
      made.add(versionOf((await run((hsm) => createKey(hsm, name, { kty: 'EC-HSM' }))).key.kid))
      for (let round = 0; round < 6; round += 1) {
        made.add(versionOf((await run((hsm) => rotateKey(hsm, name))).key.kid))
      }
    }
    await Promise.all([
      ...Array.from({ length: 10 }, client),
      // One of the listeners leaves while events are on their way.
      ends[0]?.(),
    ])
    await vi.waitFor(
      () => expect(new Set(received.map(({ data }) => data.Version))).toEqual(made),
      { timeout: 60_000, interval: 50 },
    )
    expect(fails.count).toBeGreaterThan(0)
    const versionsOf = new Map<string, Set<string>>()
    for (const { id, data } of received) {
      versionsOf.set(id, (versionsOf.get(id) ?? new Set()).add(data.Version))
    }
    // A delivery that comes again has the id that it had: an id for each version, a version for each id.
    expect(versionsOf.size).toBe(made.size)
    for (const versions of versionsOf.values()) expect(versions.size).toBe(1)
  })
})
