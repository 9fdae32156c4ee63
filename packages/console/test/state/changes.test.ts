/** Changes from the page: undone, refused in read-only mode, told of when they fail. */

import { signal } from '@preact/signals'
import { describe, expect, it, vi } from 'vitest'
import { createApi, type KeyList } from '../../page/source/api.ts'
import { createPageSource } from '../../page/source/page-source.ts'
import { createChanges } from '../../page/state/changes.ts'
import { createHistory } from '../../page/state/history.ts'
import { createNotices } from '../../page/state/notices.ts'
import { createPreferences } from '../../page/state/preferences.ts'

function open() {
  const source = createPageSource(() => 1_900_000_000_000)
  source.startOver?.({ profile: 'managed-hsm', content: 'empty' })
  const api = createApi(source, () => ({ caller: 'console' }))
  const notices = createNotices()
  const clock = { now: signal(1_900_000_000), offset: signal(0), set: () => {} }
  const preferences = createPreferences(undefined)
  const changes = createChanges(api, clock, createHistory(), notices, preferences)
  const create = (key: string) =>
    changes.make(`Created ${key}`, () =>
      api.call({ operation: 'createKey', key, kty: 'oct-HSM', keySize: 256 }),
    )
  const names = async () =>
    (await api.control<KeyList>('GET', '/keys')).keys.map(({ name }) => name)
  return { api, notices, preferences, changes, create, names, clock }
}

describe('a change', () => {
  it('is undone, the latest first, or an earlier one with all that came after it', async () => {
    const { changes, create, names } = open()
    for (const name of ['a', 'b', 'c', 'd']) await create(name)
    await changes.undo()
    expect(await names()).toEqual(['a', 'b', 'c'])
    await changes.undo(changes.undoPoints.value[1])
    expect(await names()).toEqual(['a'])
    expect(changes.undoPoints.value.map(({ label }) => label)).toEqual(['Created a'])
  })

  it('of the clock is undone too', async () => {
    const { api, changes, clock } = open()
    await changes.make('Moved the clock', () =>
      api.control('POST', '/clock', { advanceSeconds: 60 }),
    )
    clock.offset.value = 60
    await changes.undo()
    expect(await api.control('GET', '/clock')).toMatchObject({ offsetSeconds: 0 })
  })

  it('that fails is reported, and leaves nothing to undo', async () => {
    const { api, changes, notices } = open()
    const made = await changes.make('Deleted nobody', () =>
      api.call({ operation: 'deleteKey', key: 'nobody' }),
    )
    expect(made).toBeUndefined()
    expect(changes.canUndo.value).toBe(false)
    expect(notices.list.value).toMatchObject([
      { tone: 'bad', text: expect.stringMatching(/Key not found/) },
    ])
  })

  it('is not made in read-only mode, and neither is an undo', async () => {
    const { changes, create, names, preferences } = open()
    await create('a')
    preferences.isReadOnly.value = true
    await create('b')
    await changes.undo()
    expect(await names()).toEqual(['a'])
  })

  it('keeps the latest twenty to undo', async () => {
    const { changes, create } = open()
    for (let index = 0; index < 25; index += 1) await create(`key-${index}`)
    expect(changes.undoPoints.value.length).toBe(20)
    expect(changes.undoPoints.value[0]?.label).toBe('Created key-5')
  })
})

describe('preferences', () => {
  it('are stored with nothing that is secret, and survive a store that holds nonsense', () => {
    const setItem = vi.fn()
    const preferences = createPreferences({ getItem: () => '{', setItem })
    preferences.theme.value = 'dark'
    expect(JSON.parse(setItem.mock.lastCall?.[1])).toEqual({
      theme: 'dark',
      isReadOnly: false,
      language: 'az',
    })
  })
})
