/** The pool: RSA keys made before somebody asks for them. It never changes what is made, only when. */

import {
  bytesToHex,
  concatBytes,
  fromBase64url,
  generateKey,
  hexToBytes,
  hmac,
  type RsaKey,
  resumeHmacDrbg,
  Secret,
  toBase64url,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { hostRandom } from '../host.ts'
import { badParameter } from '../hsm-error.ts'
import type { RsaSpec } from '../keys/key-specs.ts'
import { seededState } from '../random/seeded-stream.ts'

/** RSA keys made ahead of need: give it to `createHsm`. What it holds cannot be reached or printed from it. */
export interface RsaPool {
  readonly kind: 'rsa-pool'
}

/** The one key that a seeded HSM makes at one place. */
export interface SeededPlace {
  /** Tells it from every other place of every seed, and nothing of the seed: 64 hexadecimal digits. */
  readonly id: string
  /** The state of the stream that the key comes from. */
  readonly state: () => Uint8Array
  readonly spec: RsaSpec
}

/** What stands behind an {@link RsaPool}. */
export interface RsaPoolContents {
  /** By size and exponent: keys that nobody has yet. The first is given next. */
  readonly fresh: Map<string, RsaKey[]>
  /** The moduli of all fresh keys that were ever here: whoever brings one again brings nothing. */
  readonly had: Set<string>
  /** Keys of seeded HSMs, by the places that they are of. */
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
  const pool: RsaPool = Object.freeze({ kind: 'rsa-pool' })
  pools.set(pool, { fresh: new Map(), had: new Set(), seeded: new Map() })
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

/** Puts a fresh key behind the others of its kind, once. */
export function putFresh({ fresh, had }: RsaPoolContents, shelf: string, key: RsaKey): void {
  const id = bytesToHex(key.publicKey.n)
  if (had.has(id)) return
  had.add(id)
  const keys = fresh.get(shelf) ?? []
  keys.push(key)
  fresh.set(shelf, keys)
}

/** Where fresh keys of a kind stand. */
export function shelfOf({ bits, e = 65_537 }: RsaSpec): string {
  return `${bits} ${e}`
}

/** The key of a place in a seeded universe: from the pool, or made now and left there. */
export function seededRsaKey(pool: RsaPool, { id, state, spec }: SeededPlace): RsaKey {
  const { seeded } = contentsOf(pool)
  const key = seeded.get(id) ?? (generateKey(spec, resumeHmacDrbg(state())) as RsaKey)
  seeded.set(id, key)
  return key
}

/** The place of a stream; its identifier is an HMAC (RFC 2104) under the seed. */
export function seededPlace(
  seed: Secret<Uint8Array>,
  labels: readonly (string | number)[],
  spec: RsaSpec,
): SeededPlace {
  const name = utf8ToBytes(`pool ${JSON.stringify(labels)}`)
  return {
    id: bytesToHex(hmac('SHA-256', Secret.reveal(seed), name)),
    state: () => seededState(seed, ...labels),
    spec,
  }
}

/** A place as text, for who makes its key elsewhere: as secret as that key, and good for no other. */
export function serializePlace({ id, state }: SeededPlace): string {
  return toBase64url(concatBytes(hexToBytes(id), state()))
}

/** Reads what {@link serializePlace} wrote. */
export function parsePlace(place: string, spec: RsaSpec): SeededPlace {
  if (typeof place === 'string' && /^[\w-]{128}$/.test(place)) {
    const bytes = fromBase64url(place)
    return { id: bytesToHex(bytes.slice(0, 32)), state: () => bytes.slice(32), spec }
  }
  throw badParameter('The place must be one from missingRsaKey.')
}
