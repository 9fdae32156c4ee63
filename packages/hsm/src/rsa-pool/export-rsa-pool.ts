/** A pool as bytes: to fill it once and begin every test file, and the next run, with it full. */

import {
  bytesToBigInt,
  bytesToHex,
  bytesToUtf8,
  digest,
  exportJwk,
  fromBase64url,
  type JsonWebKey,
  makeRsaKey,
  type RsaKey,
  type RsaPrivateNumbers,
  utf8ToBytes,
} from '@pocket-hsm/crypto'
import { badParameter } from '../hsm-error.ts'
import { contentsOf, createRsaPool, putFresh, type RsaPool } from './rsa-pool.ts'

/** Names the layout; bytes that say anything else are not read. */
const FORMAT = 'pocket-hsm/rsa-pool/1'

const MEMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const

type KeyJson = Readonly<Record<(typeof MEMBERS)[number], string>>

interface PoolJson {
  readonly fresh: readonly (readonly [string, readonly KeyJson[]])[]
  readonly seeded: readonly (readonly [string, KeyJson])[]
}

/**
 * Writes down what a pool holds: its keys in the clear, so it is for test keys alone, and for no repository.
 *
 * The pool keeps its keys: a pool that is made of the bytes gives the same fresh keys as the original does from now on.
 *
 * @param pool - From `createRsaPool` or `importRsaPool`.
 * @returns JSON in UTF-8: private JWKs, and a SHA-256 digest of them that finds damage.
 * @throws {@link HsmError} 400 `BadParameter` - no pool.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, createRsaPool, exportRsaPool, fillRsaPool, importRsaPool } from 'pocket-hsm'
 *
 * const rsaPool = createRsaPool()
 * fillRsaPool(rsaPool, [{ seed: 'orders test', name: 'orders' }])
 * const bytes = exportRsaPool(rsaPool)
 * const hsm = createHsm({ rsaPool: importRsaPool(bytes), seed: 'orders test' })
 * createKey(hsm, 'orders', { kty: 'RSA' }).key.kty // 'RSA-HSM'
 * ```
 */
export function exportRsaPool(pool: RsaPool): Uint8Array {
  const { fresh, seeded } = contentsOf(pool)
  const json: PoolJson = {
    fresh: [...fresh].map(([shelf, keys]) => [shelf, keys.map(serializeKey)]),
    seeded: [...seeded].map(([id, key]) => [id, serializeKey(key)]),
  }
  const keys = JSON.stringify(json)
  return utf8ToBytes(JSON.stringify({ format: FORMAT, sha256: digestOf(keys), keys }))
}

/**
 * Makes a pool of what {@link exportRsaPool} wrote.
 *
 * Each pool made of the same bytes holds the same keys: it gives each of them once, and so does the other. Where that
 * matters, give each process bytes of its own.
 *
 * @param bytes - As they were written; not kept.
 * @throws {@link HsmError} 400 `BadParameter` - bytes that are none, are damaged or of another layout.
 *
 * @example
 * ```ts
 * import { createRsaPool, exportRsaPool, fillRsaPool, importRsaPool } from 'pocket-hsm'
 *
 * const pool = createRsaPool()
 * fillRsaPool(pool, [{ count: 1 }])
 * fillRsaPool(importRsaPool(exportRsaPool(pool)), [{ count: 3 }], { atMost: 0 }) // 2
 * ```
 */
export function importRsaPool(bytes: Uint8Array): RsaPool {
  const pool = createRsaPool()
  readIntoPool(pool, bytes)
  return pool
}

/** Adds to a pool the keys that {@link exportRsaPool} wrote; on an error nothing was added. */
export function readIntoPool(pool: RsaPool, bytes: Uint8Array): void {
  const contents = contentsOf(pool)
  const { fresh, seeded } = parsePool(bytes)
  for (const [shelf, keys] of fresh) {
    for (const key of keys) putFresh(contents, shelf, parseKey(key))
  }
  for (const [id, key] of seeded) {
    if (!contents.seeded.has(id)) contents.seeded.set(id, parseKey(key))
  }
}

function parsePool(bytes: Uint8Array): PoolJson {
  const { format, sha256, keys } = parseObject(bytes)
  if (format !== FORMAT || typeof keys !== 'string' || sha256 !== digestOf(keys)) throw unreadable()
  return JSON.parse(keys) as PoolJson
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (!(bytes instanceof Uint8Array)) throw unreadable()
  try {
    return Object(JSON.parse(bytesToUtf8(bytes)))
  } catch {
    throw unreadable()
  }
}

const unreadable = () =>
  badParameter('The bytes must be those of exportRsaPool, as they were written.')

const digestOf = (keys: string): string => bytesToHex(digest('SHA-256', utf8ToBytes(keys)))

function serializeKey(key: RsaKey): KeyJson {
  const jwk = exportJwk(key) as JsonWebKey & KeyJson
  return Object.fromEntries(MEMBERS.map((name) => [name, jwk[name]])) as KeyJson
}

/** The digest says that these numbers belong together: they are not checked again. */
function parseKey(json: KeyJson): RsaKey {
  const numbers = MEMBERS.map((name) => [name, bytesToBigInt(fromBase64url(json[name]))])
  return makeRsaKey(Object.fromEntries(numbers) as RsaPrivateNumbers)
}
