/** What a call that is to come will have to make: to have it made elsewhere before. */

import { applyAllDueChanges, dueVersions } from '../engine/apply-due-changes.ts'
import { startCall } from '../engine/audit-context.ts'
import { deliverEvents, hasListeners } from '../engine/emit-events.ts'
import { type Engine, engineOf, type Hsm } from '../engine/hsm.ts'
import { parseKeyReference } from '../keys/key-reference.ts'
import { materialLabels, type PlannedKey } from '../keys/planned-version.ts'
import { type CreateKeyParameters, planCreateKey } from '../operations/create-key.ts'
import { planRotateKey } from '../operations/rotate-key.ts'
import type { RsaPoolRequest } from '../rsa-pool/fill-rsa-pool.ts'
import { contentsOf, seededPlace, serializePlace, shelfOf } from '../rsa-pool/rsa-pool.ts'
import { ACTIVATION, isActivated } from '../state/activation.ts'
import { readMember } from '../state/administration.ts'

/** A call that may need a new RSA key: its operation, and what it will be given. */
export type ComingCall<
  Kty extends string = string,
  Size extends number = number,
  Crv extends string = string,
> = ComingCreateKey<Kty, Size, Crv> | ComingRotateKey | ComingReading

/** A `createKey` that is to come. */
export interface ComingCreateKey<
  Kty extends string = string,
  Size extends number = number,
  Crv extends string = string,
> {
  readonly operation: 'createKey'
  readonly name: string
  readonly parameters: CreateKeyParameters<Kty, Size, Crv>
}

/** A `rotateKey` that is to come. */
export interface ComingRotateKey {
  readonly operation: 'rotateKey'
  readonly name: string
}

/** Any call that reads a key, which time may have made due for rotations; without a name, `passTime` or a list. */
export interface ComingReading {
  readonly operation: 'passTime'
  /** The key's name or identifier. */
  readonly name?: string
}

/**
 * Returns which RSA key a call would have to make now, so that it can be made elsewhere first: by {@link fillRsaPool} on
 * another thread, from there by `exportRsaPool` and `addToRsaPool` to the pool of this HSM.
 *
 * It is no call: the audit trail does not have it, and of the HSM it changes only what time has changed already. The
 * result can be sent to another thread. For a seeded HSM it holds what that one key is made of and nothing of the seed:
 * it is as secret as the key.
 *
 * @param hsm - The HSM that will be asked.
 * @param coming - The call.
 * @returns What a pool is to hold, one key at a time: rotations that are due come before the call's own key. `undefined`
 *   where the pool of the HSM has all of it, no RSA key is needed, or the call would be refused.
 * @throws {@link HsmError} 400 `BadParameter` - no HSM.
 *
 * @example
 * ```ts
 * import { addToRsaPool, createHsm, createRsaPool, exportRsaPool, fillRsaPool, missingRsaKey } from 'pocket-hsm'
 *
 * const hsm = createHsm({ rsaPool: createRsaPool(), seed: 'orders test' })
 * const coming = { operation: 'createKey', name: 'orders', parameters: { kty: 'RSA', keySize: 2048 } } as const
 * const request = missingRsaKey(hsm, coming)
 * request?.keySize // 2048
 * if (request !== undefined) {
 *   const elsewhere = createRsaPool()
 *   fillRsaPool(elsewhere, [request])
 *   addToRsaPool(hsm, exportRsaPool(elsewhere))
 * }
 * missingRsaKey(hsm, coming) // undefined
 * ```
 */
export function missingRsaKey<Kty extends string, Size extends number, Crv extends string>(
  hsm: Hsm,
  coming: ComingCall<Kty, Size, Crv>,
): RsaPoolRequest | undefined
export function missingRsaKey(hsm: Hsm, coming: ComingCall): RsaPoolRequest | undefined {
  const engine = engineOf(hsm)
  // What will be refused needs no key.
  if (!isActivated(readMember(engine.state, ACTIVATION), engine.clock)) return undefined
  return (
    missing(
      engine,
      planned(() => dueVersionsOf(engine, coming)),
    ) ??
    missing(
      engine,
      planned(() => plan(engine, coming)),
    )
  )
}

/** An invalid call throws when it is made, not here. */
function planned(work: () => readonly PlannedKey[]): readonly PlannedKey[] {
  try {
    return work()
  } catch {
    return []
  }
}

function dueVersionsOf(engine: Engine, { name, operation }: ComingCall): readonly PlannedKey[] {
  const keyName = name === undefined ? undefined : parseKeyReference(engine, name, operation).name
  return dueVersions({ engine, at: undefined }, keyName)
}

function plan(engine: Engine, coming: ComingCall): readonly PlannedKey[] {
  if (coming.operation === 'passTime') return []
  const call = startCall(engine, coming.operation)
  try {
    if (hasListeners(engine)) applyAllDueChanges(call)
    return coming.operation === 'createKey'
      ? [planCreateKey(call, coming.name, coming.parameters)]
      : [planRotateKey(call, coming.name)]
  } finally {
    deliverEvents(engine)
  }
}

/** The first key that the pool does not have, of those that will be taken from it one after the other. */
function missing(
  { seed, rsaPool }: Engine,
  keys: readonly PlannedKey[],
): RsaPoolRequest | undefined {
  const pool = rsaPool && contentsOf(rsaPool)
  const taken = new Map<string, number>()
  for (const { place, spec } of keys) {
    if (spec.kty !== 'RSA') continue
    const { bits: keySize, e: publicExponent } = spec
    const request = { keySize, ...(publicExponent !== undefined && { publicExponent }) }
    if (seed === undefined) {
      const shelf = shelfOf(spec)
      const before = taken.get(shelf) ?? 0
      if ((pool?.fresh.get(shelf)?.length ?? 0) <= before) return request
      taken.set(shelf, before + 1)
    } else {
      const seeded = seededPlace(seed, materialLabels(place, spec), spec)
      if (!pool?.seeded.has(seeded.id)) return { ...request, place: serializePlace(seeded) }
    }
  }
  return undefined
}
