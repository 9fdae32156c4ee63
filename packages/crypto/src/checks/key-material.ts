/** Checks that a value is a key of this package: its members are there and have the right types. */

import { isBytes } from '@noble/hashes/utils.js'
import { cryptoError } from '../crypto-error.ts'
import type { KeyMaterial, RsaKey } from '../key-material.ts'
import { Secret } from '../secret.ts'
import { nameOfType } from './arguments.ts'

/**
 * Requires a key, as the functions of this package return them.
 *
 * Members are checked by type only: whether the numbers of a key belong together is checked when it is imported.
 *
 * @param name - Subject of the error message: `The key`.
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - any other value.
 */
export function requireKeyMaterial(name: string, key: KeyMaterial): void {
  if (typeof key !== 'object' || key === null) throw notAKey(name, nameOfType(key))
  const hasMembers = Object.hasOwn(HAS_MEMBERS, key.kty) && HAS_MEMBERS[key.kty](key as never)
  if (!hasMembers) throw notAKey(name, 'an object of another shape')
}

/**
 * Requires an RSA key.
 *
 * @throws {@link CryptoError} `INVALID_ARGUMENT` - any other value.
 */
export function requireRsaKey(name: string, key: RsaKey): void {
  requireKeyMaterial(name, key)
  const { kty }: KeyMaterial = key
  if (kty !== 'RSA') {
    throw cryptoError('INVALID_ARGUMENT', `${name} must be an RSA key, not one of type ${kty}.`)
  }
}

const HAS_MEMBERS: {
  readonly [Kty in KeyMaterial['kty']]: (key: Extract<KeyMaterial, { kty: Kty }>) => boolean
} = {
  RSA: ({ bits, publicKey, privateKey }) =>
    typeof bits === 'number' &&
    isBytes(publicKey?.n) &&
    isBytes(publicKey.e) &&
    isSecretOrAbsent(privateKey),
  EC: ({ crv, publicKey, privateKey }) =>
    typeof crv === 'string' &&
    isBytes(publicKey?.x) &&
    isBytes(publicKey.y) &&
    isSecretOrAbsent(privateKey),
  AKP: ({ alg, publicKey, privateKey }) =>
    typeof alg === 'string' && isBytes(publicKey) && isSecretOrAbsent(privateKey),
  oct: ({ bits, secretKey }) => typeof bits === 'number' && secretKey instanceof Secret,
}

const isSecretOrAbsent = (member: unknown): boolean =>
  member === undefined || member instanceof Secret

const notAKey = (name: string, given: string) =>
  cryptoError(
    'INVALID_ARGUMENT',
    `${name} must be a key from generateKey or an import function, not ${given}.`,
  )
