/** A key inside a state export: a JWK with its private members, read back without working anything out again. */

import {
  bytesToBigInt,
  type EcKey,
  exportJwk,
  fromBase64url,
  type JsonWebKey,
  type KeyMaterial,
  makeEcPublicKey,
  makeOctKey,
  makeRsaKey,
  Secret,
} from '@pocket-hsm/crypto'

/** Prints a key, private part and all. */
export function printKey(key: KeyMaterial): JsonWebKey {
  return exportJwk(key)
}

/**
 * Reads what {@link printKey} printed, and nothing else: the bytes were authenticated, so that numbers which belonged
 * together still do. Checking that of a hundred RSA keys would take seconds.
 */
export function parseKey(printed: JsonWebKey): KeyMaterial {
  const bytes = (member: keyof JsonWebKey) => fromBase64url(printed[member] as string)
  const number = (member: keyof JsonWebKey) => bytesToBigInt(bytes(member))
  if (printed.kty === 'oct') return makeOctKey(bytes('k'))
  if (printed.kty === 'EC') {
    const publicKey = makeEcPublicKey(printed.crv as EcKey['crv'], bytes('x'), bytes('y'))
    return Object.freeze({ ...publicKey, privateKey: new Secret(bytes('d')) })
  }
  return makeRsaKey({
    n: number('n'),
    e: number('e'),
    d: number('d'),
    p: number('p'),
    q: number('q'),
    dp: number('dp'),
    dq: number('dq'),
    qi: number('qi'),
  })
}
