/** Filling a pool: everything at once, or one key at a time. */

import { badParameter, printable } from '../hsm-error.ts'
import { parseKeyName } from '../keys/key-reference.ts'
import { parseRsaSpec, type RsaKeyParameters, type RsaSpec } from '../keys/key-specs.ts'
import { materialLabels } from '../keys/planned-version.ts'
import { checkOptions, OPTION_CHECKS, optionTable } from '../options/check-options.ts'
import { parseSeed } from '../random/seeded-stream.ts'
import {
  contentsOf,
  newFreshRsaKey,
  parsePlace,
  putFresh,
  type RsaPool,
  type SeededPlace,
  seededPlace,
  seededRsaKey,
  shelfOf,
} from './rsa-pool.ts'

/** Keys for a pool: for HSMs without a seed, for one seed and name, or for one coming call. */
export type RsaPoolRequest<Size extends number = number> =
  | FreshRsaKeys<Size>
  | SeededRsaKeys<Size>
  | PlacedRsaKey<Size>

/** Fresh keys, for HSMs without a seed. */
export interface FreshRsaKeys<Size extends number = number> extends RsaKeyParameters<Size> {
  readonly seed?: undefined
  readonly place?: undefined
  /** How many the pool should have: at most 10,000. Defaults to 1. */
  readonly count?: number
}

/** The keys that HSMs with a seed make under a name. */
export interface SeededRsaKeys<Size extends number = number> extends RsaKeyParameters<Size> {
  /** The seed of `createHsm`. */
  readonly seed: string | Uint8Array
  /** The key's name; case does not matter. */
  readonly name: string
  /** How many of its versions, starting with the first: at most 10,000. Defaults to 1. */
  readonly versions?: number
  readonly place?: undefined
}

/** The key that a seeded HSM will make next under a name: see `missingRsaKey`. */
export interface PlacedRsaKey<Size extends number = number> extends RsaKeyParameters<Size> {
  readonly seed?: undefined
  /** Determines this key and no other, and is as secret as the key: 128 characters of base64url. */
  readonly place: string
}

/** How many keys to generate. */
export interface FillRsaPoolOptions {
  /** The most keys to generate in this call: a whole number from 0 on. Defaults to no limit. */
  readonly atMost?: number
}

/** The missing keys: the name of each, and the function that makes it. */
type Missing = readonly (readonly [string, () => void])[]

/** Far more than a test needs: a larger number is a mistake. */
const MOST = 10_000

/**
 * Generates the keys that a pool should have and does not have yet.
 *
 * Keys that are there already count, so filling a full pool costs nothing. Generating an RSA key of 4096 bits can take
 * seconds: `atMost: 1` makes one at a time, so that your code can do other things in between.
 *
 * @param pool - From `createRsaPool` or `importRsaPool`.
 * @param requests - What it is to hold; all of it is read before the first key is made.
 * @param options - See {@link FillRsaPoolOptions}.
 * @returns How many of the keys are still missing: 0 unless `atMost` ended it.
 * @throws {@link HsmError} 400 `BadParameter` - no pool, or a size, exponent, count, seed, name or limit outside what
 *   its comment names. Then no key was made.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, createRsaPool, fillRsaPool } from 'pocket-hsm'
 *
 * const rsaPool = createRsaPool()
 * const requests = [{ keySize: 2048 }, { seed: 'orders test', name: 'orders', keySize: 2048 }]
 * while (fillRsaPool(rsaPool, requests, { atMost: 1 }) > 0) {
 *   // Room for other things.
 *   await Promise.resolve()
 * }
 * const hsm = createHsm({ rsaPool, seed: 'orders test' })
 * const { key } = createKey(hsm, 'orders', { kty: 'RSA' })
 * key.n === createKey(createHsm({ seed: 'orders test' }), 'orders', { kty: 'RSA' }).key.n // true
 * ```
 */
export function fillRsaPool<Size extends number>(
  pool: RsaPool,
  requests: readonly RsaPoolRequest<Size>[],
  options?: FillRsaPoolOptions,
): number
export function fillRsaPool(
  pool: RsaPool,
  requests: readonly RsaPoolRequest[],
  options: FillRsaPoolOptions = {},
): number {
  contentsOf(pool)
  checkOptions('fillRsaPool', options, FILL_OPTIONS)
  if (!Array.isArray(requests))
    throw badParameter('The second argument of fillRsaPool must be an array of requests.')
  const atMost = parseAtMost(options.atMost)
  // Two requests for the same key count once.
  const missing = new Map((requests as readonly RsaPoolRequest[]).flatMap(missingOf(pool)))
  for (const make of [...missing.values()].slice(0, atMost)) make()
  return Math.max(0, missing.size - atMost)
}

const missingOf =
  (pool: RsaPool) =>
  (request: RsaPoolRequest): Missing => {
    checkOptions('a request of fillRsaPool', request, REQUEST_OPTIONS)
    const spec = parseRsaSpec(request)
    if (request.place !== undefined) return missingPlaces(pool, [parsePlace(request.place, spec)])
    return request.seed === undefined
      ? missingFresh(pool, spec, request)
      : missingPlaces(pool, placesOf(spec, request))
  }

function missingFresh(pool: RsaPool, spec: RsaSpec, { count = 1 }: FreshRsaKeys): Missing {
  const contents = contentsOf(pool)
  const shelf = shelfOf(spec)
  const make = () => putFresh(contents, shelf, newFreshRsaKey(spec))
  return ordinals('count', count)
    .slice(contents.fresh.get(shelf)?.length)
    .map((place) => [`${shelf} ${place}`, make])
}

function placesOf(spec: RsaSpec, request: SeededRsaKeys): readonly SeededPlace[] {
  const { name, versions = 1 } = request
  const seed = parseSeed(request.seed)
  parseKeyName(name)
  return ordinals('versions', versions).map((ordinal) =>
    seededPlace(seed, materialLabels({ name, incarnation: 0, ordinal }, spec), spec),
  )
}

function missingPlaces(pool: RsaPool, places: readonly SeededPlace[]): Missing {
  return places
    .filter(({ id }) => !contentsOf(pool).seeded.has(id))
    .map((place) => [place.id, () => seededRsaKey(pool, place)])
}

function ordinals(name: 'count' | 'versions', count: number): readonly number[] {
  if (!Number.isInteger(count) || count < 0 || count > MOST) {
    throw badParameter(`${name} must be a whole number from 0 to ${MOST}, not ${printable(count)}.`)
  }
  return [...Array(count).keys()]
}

function parseAtMost(atMost: number = Number.POSITIVE_INFINITY): number {
  if ((Number.isInteger(atMost) && atMost >= 0) || atMost === Number.POSITIVE_INFINITY)
    return atMost
  throw badParameter(`atMost must be a whole number from 0 on, not ${printable(atMost)}.`)
}

const { integer, number, string, stringOrBytes } = OPTION_CHECKS

const FILL_OPTIONS = optionTable<FillRsaPoolOptions>({ atMost: number })

const REQUEST_OPTIONS = optionTable<Record<string, unknown>>({
  keySize: integer,
  publicExponent: integer,
  count: number,
  seed: stringOrBytes,
  name: string,
  versions: number,
  place: string,
})
