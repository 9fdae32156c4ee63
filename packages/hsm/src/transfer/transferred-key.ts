/** The HSM's side of bring your own key: from the transfer blob of a JWK to the key inside. */

import {
  type CurveName,
  findCurve,
  isCryptoError,
  type JsonWebKey,
  type KeyMaterial,
  type RsaKey,
  unwrapRsaAes,
} from '@pocket-hsm/crypto'
import { admit } from '@pocket-hsm/lifecycle'
import type { Call } from '../engine/audit-context.ts'
import { readRecord } from '../engine/run-step.ts'
import { badParameter } from '../hsm-error.ts'
import { findVersion } from '../keys/find-version.ts'
import { parseKeyType } from '../keys/key-parameters.ts'
import { parseKeyReference } from '../keys/key-reference.ts'
import { type KeyKind, type KeyType, kindOf, type Profile } from '../service/profiles.ts'
import { heldKey } from '../state/hsm-state.ts'
import { fromPrivateBytes } from '../state/private-bytes.ts'
import { parseTransferBlob, TRANSFER_ALGORITHM } from './transfer-blob.ts'

/** Opens the transfer blob in `key_hsm`; of the JWK's other members only `kty` and `crv` are looked at. */
export function transferredKey(
  call: Call,
  jwk: JsonWebKey,
): { readonly kty: KeyType; readonly key: KeyMaterial } {
  const kty = parseHsmType(call.engine.profile, jwk.kty)
  const kind = kindOf(kty)
  const crv = kind === 'EC' ? parseCurve(jwk.crv) : undefined
  const { kid, ciphertext } = parseTransferBlob(jwk.key_hsm)
  const bytes = unwrapRsaAes(findKek(call, kid), TRANSFER_ALGORITHM, ciphertext)
  const key = parseTarget(kind, bytes)
  if (key.kty !== kind) {
    throw badParameter(`The transfer blob holds a key of type ${key.kty}, not ${kind}.`)
  }
  if (key.kty === 'EC' && crv !== undefined && key.crv !== crv) {
    throw badParameter(`The transfer blob holds a key on curve ${key.crv}, not ${crv}.`)
  }
  return { kty, key }
}

/** What comes in a transfer blob is an HSM's key: never a software key, also in a vault that has those. */
function parseHsmType(profile: Profile, kty: string): KeyType {
  return parseKeyType(profile, `${kindOf(parseKeyType(profile, kty))}-HSM`)
}

function parseCurve(crv: unknown): CurveName | undefined {
  if (crv === undefined || crv === null) return undefined
  if (typeof crv !== 'string') throw badParameter('Invalid crv value: it must be a string')
  const name = findCurve(crv)
  if (name === undefined) throw badParameter(`Invalid crv value: ${crv}`)
  return name
}

/** The KEK is a key of this HSM with `import` as its only operation. */
function findKek(call: Call, kid: string): RsaKey {
  const reference = parseKeyReference(call.engine, kid, call.operation)
  const { record, context } = readRecord(call, reference.name)
  const { version } = findVersion(record, reference, 'use', context)
  const circumstance = admit(version, 'import', context.now)
  if (circumstance !== undefined) throw context.refuse(circumstance, { operation: 'import' })
  // Only a key of type RSA-HSM can have `import` in its key_ops: parseKeyOps sees to it.
  return heldKey(version.material) as RsaKey
}

/** The caller knows what they wrapped, so the error may say what is wrong with it. */
function parseTarget(kind: KeyKind, bytes: Uint8Array): KeyMaterial {
  try {
    return fromPrivateBytes(kind, bytes)
  } catch (error) {
    if (!isCryptoError(error)) throw error
    throw badParameter(`The transfer blob does not hold a key of type ${kind}: ${error.message}`)
  }
}
