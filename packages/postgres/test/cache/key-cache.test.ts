import { describe, expect, it } from 'vitest'
import { createKeyCache } from '../../src/cache/key-cache.ts'

const key = (revision: number) => ({ revision, opened: { name: 'ORDERS' } })

describe('the cache of opened keys', () => {
  it('returns the revision that was stored last', () => {
    const cache = createKeyCache(10, 100)
    cache.set(1, 'ORDERS', key(1), 10)
    cache.set(1, 'ORDERS', key(2), 10)
    expect(cache.get(1, 'ORDERS')?.revision).toBe(2)
    expect(cache.stats().keys).toBe(1)
  })

  it('tells the HSMs apart', () => {
    const cache = createKeyCache(10, 100)
    cache.set(1, 'ORDERS', key(1), 10)
    expect(cache.get(2, 'ORDERS')).toBeUndefined()
  })

  it('drops the key that was not used for longest when there are too many', () => {
    const cache = createKeyCache(2, 100)
    cache.set(1, 'A', key(1), 1)
    cache.set(1, 'B', key(1), 1)
    cache.get(1, 'A')
    cache.set(1, 'C', key(1), 1)
    expect(['A', 'B', 'C'].filter((name) => cache.get(1, name))).toEqual(['A', 'C'])
  })

  it('holds at most so many bytes, also after keys have grown', () => {
    const cache = createKeyCache(100, 30)
    for (const name of ['A', 'B', 'C']) cache.set(1, name, key(1), 10)
    cache.set(1, 'C', key(2), 15)
    expect(['A', 'B', 'C'].filter((name) => cache.get(1, name))).toEqual(['B', 'C'])
    cache.delete(1, 'B')
    cache.set(1, 'D', key(1), 15)
    expect(cache.stats().keys).toBe(2)
  })

  it('counts what it holds, and how often it was of use', () => {
    const cache = createKeyCache(10, 100)
    cache.set(1, 'A', key(1), 10)
    cache.set(1, 'B', key(1), 20)
    cache.set(1, 'A', key(2), 15)
    cache.note(true)
    cache.note(true)
    cache.note(false)
    expect(cache.stats()).toEqual({ keys: 2, bytes: 35, hits: 2, misses: 1 })
    cache.delete(1, 'A')
    expect(cache.stats()).toMatchObject({ keys: 1, bytes: 20 })
  })

  it('does not keep a key that is larger than all of it', () => {
    const cache = createKeyCache(10, 30)
    cache.set(1, 'A', key(1), 10)
    cache.set(1, 'B', key(1), 31)
    expect(cache.get(1, 'B')).toBeUndefined()
    expect(cache.get(1, 'A')?.revision).toBe(1)
  })
})
