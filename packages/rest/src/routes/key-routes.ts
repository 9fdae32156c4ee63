/** The routes of keys, deleted keys and random bytes. */

import type { Route } from './route.ts'

/** The operations on keys, by the names of the engine's functions. */
export type KeyOperationName =
  | 'createKey'
  | 'importKey'
  | 'getKey'
  | 'updateKey'
  | 'deleteKey'
  | 'listKeys'
  | 'listKeyVersions'
  | 'listDeletedKeys'
  | 'getDeletedKey'
  | 'purgeDeletedKey'
  | 'recoverDeletedKey'
  | 'backupKey'
  | 'restoreKey'
  | 'rotateKey'
  | 'getRotationPolicy'
  | 'updateRotationPolicy'
  | 'encrypt'
  | 'decrypt'
  | 'sign'
  | 'verify'
  | 'wrapKey'
  | 'unwrapKey'
  | 'secureWrapKey'
  | 'secureUnwrapKey'
  | 'getRandomBytes'
  | 'releaseKey'
  | 'getKeyAttestation'

/**
 * The most bytes of a cryptographic operation's body: the service encrypts a block, not a file, and an operation of
 * megabytes would keep every other request waiting.
 */
const CRYPTOGRAPHIC = 256 * 1024

/** The routes of keys, in the order in which they are matched. */
export const KEY_ROUTES: readonly Route<KeyOperationName>[] = [
  { method: 'POST', path: 'keys/{name}/create', operation: 'createKey', body: 'object' },
  { method: 'POST', path: 'keys/restore', operation: 'restoreKey', body: 'object' },
  // The .NET client's spelling.
  { method: 'POST', path: 'keys//restore', operation: 'restoreKey', body: 'object' },
  { method: 'POST', path: 'keys/{name}/backup', operation: 'backupKey', body: 'empty' },
  {
    method: 'POST',
    path: 'keys/{name}/rotate',
    operation: 'rotateKey',
    body: 'empty',
  },
  {
    method: 'GET',
    path: 'keys/{name}/rotationpolicy',
    operation: 'getRotationPolicy',
    body: 'none',
  },
  {
    method: 'PUT',
    path: 'keys/{name}/rotationpolicy',
    operation: 'updateRotationPolicy',
    body: 'object',
  },
  { method: 'GET', path: 'keys/{name}/versions', operation: 'listKeyVersions', body: 'none' },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/encrypt',
    operation: 'encrypt',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/decrypt',
    operation: 'decrypt',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/sign',
    operation: 'sign',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/verify',
    operation: 'verify',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/wrapkey',
    operation: 'wrapKey',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/unwrapkey',
    operation: 'unwrapKey',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/securewrapkey',
    operation: 'secureWrapKey',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/secureunwrapkey',
    operation: 'secureUnwrapKey',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/release',
    operation: 'releaseKey',
    body: 'object',
  },
  {
    method: 'GET',
    path: 'keys/{name}[/{version}]/attestation',
    operation: 'getKeyAttestation',
    body: 'none',
  },
  { method: 'GET', path: 'keys', operation: 'listKeys', body: 'none' },
  { method: 'PUT', path: 'keys/{name}', operation: 'importKey', body: 'object' },
  { method: 'DELETE', path: 'keys/{name}', operation: 'deleteKey', body: 'none' },
  { method: 'GET', path: 'keys/{name}[/{version}]', operation: 'getKey', body: 'none' },
  { method: 'PATCH', path: 'keys/{name}[/{version}]', operation: 'updateKey', body: 'object' },
  { method: 'GET', path: 'deletedkeys', operation: 'listDeletedKeys', body: 'none' },
  { method: 'GET', path: 'deletedkeys/{name}', operation: 'getDeletedKey', body: 'none' },
  { method: 'DELETE', path: 'deletedkeys/{name}', operation: 'purgeDeletedKey', body: 'none' },
  {
    method: 'POST',
    path: 'deletedkeys/{name}/recover',
    operation: 'recoverDeletedKey',
    body: 'empty',
  },
  {
    method: 'POST',
    path: 'rng',
    operation: 'getRandomBytes',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
]
