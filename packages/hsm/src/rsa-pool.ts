/** The pool: RSA keys made before somebody asks for them. It never changes what is made, only when. */

import { generateKey, hmac, type RsaKey, Secret, toHex, utf8ToOctets } from '@pocket-hsm/crypto'
import { hostRandom } from './host.ts'
import { badParameter } from './hsm-error.ts'
import type { RsaSpec } from './key-specs.ts'
import { seededStream } from './seeded-stream.ts'

/** RSA keys made ahead of need: give it to `createHsm`. What it holds cannot be reached or printed from it. */
export interface RsaPool {
  readonly kind: 'rsa-pool'
}

/** The one key that a seeded HSM makes at one place. */
export interface SeededPlace {
  readonly seed: Secret<Uint8Array>
  /** Names the stream that the key comes from. */
  readonly labels: readonly (string | number)[]
  readonly spec: RsaSpec
}

/** What stands behind an {@link RsaPool}. */
export interface RsaPoolContents {
  /** By size and exponent: keys that nobody has yet. The first is given next. */
  readonly fresh: Map<string, RsaKey[]>
  /** Keys of seeded HSMs, by a digest of all that decides them. */
  readonly seeded: Map<string, RsaKey>
}

/** Beside the handles, not on them, as with an HSM. */
const pools = new WeakMap<RsaPool, RsaPoolContents>()

/**
 * Makes an empty pool of RSA keys.
 *
 * A pool belongs to the program, not to an HSM: any number of HSMs, their forks and their views can share one. It does
 * nothing by itself; {@link fillRsaPool} fills it, and where it has no fitting key, the HSM makes one as it would
 * without a pool.
 *
 * - An HSM without a seed takes a fresh key. Each is given once, and never again.
 * - A seeded HSM takes the key that it would have made itself at that place, and leaves in the pool what it had to
 *   make: the next HSM of that seed finds it there.
 *
 * @returns An empty pool.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, createRsaPool, fillRsaPool } from 'pocket-hsm'
 *
 * const rsaPool = createRsaPool()
 * fillRsaPool(rsaPool, [{ keySize: 2048, count: 2 }])
 * const hsm = createHsm({ rsaPool })
 * createKey(hsm, 'orders', { kty: 'RSA-HSM', keySize: 2048 }).key.kty // 'RSA-HSM'
 * fillRsaPool(rsaPool, [{ keySize: 2048, count: 2 }], { atMost: 0 }) // 1
 * ```
 */
export function createRsaPool(): RsaPool {
  return poolWith({ fresh: new Map(), seeded: new Map() })
}

/** The handle of these contents. */
export function poolWith(contents: RsaPoolContents): RsaPool {
  const pool: RsaPool = Object.freeze({ kind: 'rsa-pool' })
  pools.set(pool, contents)
  return pool
}

/** What stands behind a handle. */
export function contentsOf(pool: RsaPool): RsaPoolContents {
  const contents = pools.get(pool)
  if (contents === undefined) throw badParameter('The rsaPool must be one from createRsaPool.')
  return contents
}

/** A key that nobody has: from the pool, or made now. */
export function freshRsaKey(pool: RsaPool, spec: RsaSpec): RsaKey {
  return contentsOf(pool).fresh.get(shelfOf(spec))?.shift() ?? newFreshRsaKey(spec)
}

/** A key of the host's randomness. */
export function newFreshRsaKey(spec: RsaSpec): RsaKey {
  return generateKey(spec, hostRandom) as RsaKey
}

/** Where fresh keys of a kind stand. */
export function shelfOf({ bits, e = 65_537 }: RsaSpec): string {
  return `${bits} ${e}`
}

/** The key of a place in a seeded universe: from the pool, or made now and left there. */
export function seededRsaKey(pool: RsaPool, place: SeededPlace): RsaKey {
  const { seeded } = contentsOf(pool)
  const id = placeId(place)
  const { seed, labels, spec } = place
  const key = seeded.get(id) ?? (generateKey(spec, seededStream(seed, ...labels)) as RsaKey)
  seeded.set(id, key)
  return key
}

/** Names a place without telling its seed: HMAC (RFC 2104) under the seed. */
export function placeId({ seed, labels }: SeededPlace): string {
  return toHex(hmac('SHA-256', Secret.reveal(seed), utf8ToOctets(`pool ${JSON.stringify(labels)}`)))
}
