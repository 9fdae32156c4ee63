/** A whole key as bytes, as it travels: PKCS#8 for RSA, EC and AKP, the bytes themselves for oct. */

import { exportPkcs8, importPkcs8, type KeyMaterial, makeOctKey, Secret } from '@pocket-hsm/crypto'
import type { KeyKind } from '../service/profiles.ts'

/** Writes a key in the clear, for sealing and wrapping alone: what comes out is not to be changed or kept. */
export function toPrivateBytes(key: KeyMaterial): Uint8Array {
  return key.kty === 'oct' ? Secret.reveal(key.secretKey) : exportPkcs8(key)
}

/** Reads a key; which of RSA, EC and AKP it is, PKCS#8 itself tells. */
export function fromPrivateBytes(kind: KeyKind, bytes: Uint8Array): KeyMaterial {
  return kind === 'oct' ? makeOctKey(bytes) : importPkcs8(bytes)
}
