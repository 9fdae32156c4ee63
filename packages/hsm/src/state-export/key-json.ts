/** A key inside a state export: a JWK with its private members, read back without working anything out again. */

import {
  type AkpKey,
  bytesToBigInt,
  type EcKey,
  exportJwk,
  fromBase64url,
  type JsonWebKey,
  type KeyMaterial,
  makeEcPublicKey,
  makeMlDsaPublicKey,
  makeOctKey,
  makeRsaKey,
  Secret,
} from '@pocket-hsm/crypto'

/** Prints a key, private part and all. */
export function serializeKey(key: KeyMaterial): JsonWebKey {
  return exportJwk(key)
}

/**
 * Reads what {@link serializeKey} json, and nothing else: the bytes were authenticated, so that numbers which belonged
 * together still do. Checking that of a hundred RSA keys would take seconds.
 */
export function parseKey(json: JsonWebKey): KeyMaterial {
  const bytes = (member: keyof JsonWebKey) => fromBase64url(json[member] as string)
  const number = (member: keyof JsonWebKey) => bytesToBigInt(bytes(member))
  if (json.kty === 'oct') return makeOctKey(bytes('k'))
  if (json.kty === 'EC') {
    const publicKey = makeEcPublicKey(json.crv as EcKey['crv'], bytes('x'), bytes('y'))
    return Object.freeze({ ...publicKey, privateKey: new Secret(bytes('d')) })
  }
  if (json.kty === 'AKP') {
    const publicKey = makeMlDsaPublicKey(json.alg as AkpKey['alg'], bytes('pub'))
    return Object.freeze({ ...publicKey, privateKey: new Secret(bytes('priv')) })
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
