/** The pool: RSA keys generated in advance. It never changes which key is made, only when. */

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
import { sharedContents, unknownHandle } from '../copies/shared-contents.ts'
import { hostRandom } from '../host.ts'
import { badParameter } from '../hsm-error.ts'
import type { RsaSpec } from '../keys/key-specs.ts'
import { seededState } from '../random/seeded-stream.ts'

/** RSA keys generated in advance, for the option `rsaPool` of `createHsm`. Its contents cannot be reached or printed through it. */
export interface RsaPool {
  readonly kind: 'rsa-pool'
}

/** The place of one key that a seeded HSM makes. */
export interface SeededPlace {
  /** Unique to this place of this seed, and reveals nothing about the seed: 64 hexadecimal digits. */
  readonly id: string
  /** The state of the stream that the key comes from. */
  readonly state: () => Uint8Array
  readonly spec: RsaSpec
}

/** What stands behind an {@link RsaPool}. */
export interface RsaPoolContents {
  /** Unused keys by size and exponent. The first is taken next. */
  readonly fresh: Map<string, RsaKey[]>
  /** The moduli of all fresh keys that the pool has ever had: a key is not added twice. */
  readonly had: Set<string>
  /** Keys of seeded HSMs, by the identifier of their place. */
  readonly seeded: Map<string, RsaKey>
}

/** Kept apart from the handles, as with an HSM. */
const pools = sharedContents<RsaPool, RsaPoolContents>('RSA pool')

/**
 * Creates an empty pool of RSA keys.
 *
 * A pool belongs to the program, not to an HSM: any number of HSMs, their forks and their views can share one. It does
 * nothing by itself; {@link fillRsaPool} fills it, and where it has no fitting key, the HSM makes one as it would
 * without a pool.
 *
 * - An HSM without a seed takes a fresh key. Each is used once.
 * - A seeded HSM takes the key that it would have generated at that place. If the pool does not have it, the HSM
 *   generates it and adds it to the pool for the next HSM with that seed.
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

/** Returns the contents of a pool. */
export function contentsOf(pool: RsaPool): RsaPoolContents {
  const contents = pools.get(pool)
  if (contents !== undefined) return contents
  throw unknownHandle('RSA pool', pool, 'The rsaPool must be one from createRsaPool.')
}

/** Returns an unused key: from the pool, or generated now. */
export function freshRsaKey(pool: RsaPool, spec: RsaSpec): RsaKey {
  return contentsOf(pool).fresh.get(shelfOf(spec))?.shift() ?? newFreshRsaKey(spec)
}

/** Generates a key with the host's randomness. */
export function newFreshRsaKey(spec: RsaSpec): RsaKey {
  return generateKey(spec, hostRandom) as RsaKey
}

/** Adds a fresh key behind the others of its kind, unless the pool has had it before. */
export function putFresh({ fresh, had }: RsaPoolContents, shelf: string, key: RsaKey): void {
  const id = bytesToHex(key.publicKey.n)
  if (had.has(id)) return
  had.add(id)
  const keys = fresh.get(shelf) ?? []
  keys.push(key)
  fresh.set(shelf, keys)
}

/** The list of fresh keys of a size and exponent. */
export function shelfOf({ bits, e = 65_537 }: RsaSpec): string {
  return `${bits} ${e}`
}

/** Returns the key of a place under a seed: from the pool, or generated now and added to it. */
export function seededRsaKey(pool: RsaPool, { id, state, spec }: SeededPlace): RsaKey {
  const { seeded } = contentsOf(pool)
  const key = seeded.get(id) ?? (generateKey(spec, resumeHmacDrbg(state())) as RsaKey)
  seeded.set(id, key)
  return key
}

/** Returns the place of a stream; its identifier is an HMAC (RFC 2104) under the seed. */
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

/** Serializes a place, so that its key can be generated elsewhere: as secret as that key, and useful for no other. */
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
