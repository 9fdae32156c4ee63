/** What a call that is to come will have to make: to have it made elsewhere before. */

import { beginCall, type Call } from './call.ts'
import { deliver, isHeard } from './events/announce.ts'
import type { RsaPoolRequest } from './fill-rsa-pool.ts'
import { type Engine, engineOf, type Hsm } from './hsm.ts'
import { materialLabels, type PlannedKey } from './new-material.ts'
import { type CreateKeyParameters, planCreateKey } from './operations/create-key.ts'
import { planRotateKey } from './operations/rotate-key.ts'
import { contentsOf, printPlace, seededPlace, shelfOf } from './rsa-pool.ts'
import { settleAll } from './settle.ts'

/** A call that may need a new RSA key: its operation, and what it will be given. */
export type ComingCall = ComingCreateKey | ComingRotateKey

/** A `createKey` that is to come. */
export interface ComingCreateKey {
  readonly operation: 'createKey'
  readonly name: string
  readonly parameters: CreateKeyParameters
}

/** A `rotateKey` that is to come. */
export interface ComingRotateKey {
  readonly operation: 'rotateKey'
  readonly name: string
}

/**
 * Tells which RSA key a call would have to make now, so that it can be made elsewhere first: by {@link fillRsaPool} on
 * another thread, from there by `exportRsaPool` and `addToRsaPool` to the pool of this HSM.
 *
 * It is no call: the audit trail does not have it, and of the HSM it changes only what time has changed already. The
 * answer can be sent to another thread. Of a seeded HSM it holds what that one key is made of and nothing of the seed:
 * it is as secret as the key.
 *
 * @param hsm - The HSM that will be asked.
 * @param coming - The call.
 * @returns What a pool is to hold; `undefined` where the pool of the HSM has it, the key is no RSA key, or the call would
 *   be refused.
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
export function missingRsaKey(hsm: Hsm, coming: ComingCall): RsaPoolRequest | undefined {
  const engine = engineOf(hsm)
  const planned = plan(engine, coming)
  return planned && missing(engine, planned)
}

/** What is wrong with a call is for the call itself to say. */
function plan(engine: Engine, coming: ComingCall): PlannedKey | undefined {
  try {
    const call = beginCall(engine, coming.operation)
    if (isHeard(engine)) settleAll(call)
    return planOf(call, coming)
  } catch {
    return undefined
  } finally {
    deliver(engine)
  }
}

const planOf = (call: Call, coming: ComingCall): PlannedKey =>
  coming.operation === 'createKey'
    ? planCreateKey(call, coming.name, coming.parameters)
    : planRotateKey(call, coming.name)

function missing(engine: Engine, { place, spec }: PlannedKey): RsaPoolRequest | undefined {
  if (spec.kty !== 'RSA') return undefined
  const { seed, rsaPool } = engine
  const pool = rsaPool && contentsOf(rsaPool)
  const parameters = { keySize: spec.bits, ...(spec.e !== undefined && { publicExponent: spec.e }) }
  if (seed === undefined) return pool?.fresh.get(shelfOf(spec))?.length ? undefined : parameters
  const seeded = seededPlace(seed, materialLabels(place, spec), spec)
  return pool?.seeded.has(seeded.id) ? undefined : { ...parameters, place: printPlace(seeded) }
}
