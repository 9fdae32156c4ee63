/** HSMs with something of everything in them. */

import {
  backupKey,
  createKey,
  deleteKey,
  getRandomBytes,
  type Hsm,
  importKey,
  purgeDeletedKey,
  restoreKey,
  rotateKey,
  sign,
  updateRotationPolicy,
} from '../src/index.ts'
import { ecJwk, rsaJwk } from './known-keys.ts'

const RELEASE_POLICY = {
  version: '1.0.0',
  anyOf: [{ authority: 'https://attest.test', allOf: [{ claim: 'a', equals: 'b' }] }],
}

/** Puts keys of every kind and in every state into an HSM of any profile. */
export function furnish(hsm: Hsm): void {
  const hardware = hsm.profile !== 'vault-standard'
  createKey(hsm, 'Active', { kty: 'EC', tags: JSON.parse('{"a":"b","":"é","__proto__":"own"}') })
  rotateKey(hsm, 'active')
  sign(hsm, 'active', { alg: 'ES256', value: new Uint8Array(32) })
  importKey(hsm, 'rsa', rsaJwk(), { attributes: { nbf: 5, exp: 9_000_000_000 } })
  importKey(hsm, 'curves', ecJwk())
  for (const crv of ['P-384', 'P-521', 'P-256K'] as const)
    createKey(hsm, 'curves', { kty: 'EC', crv })
  createKey(hsm, 'disabled', { kty: 'EC', attributes: { enabled: false }, keyOps: ['verify'] })
  createKey(hsm, 'deleted', { kty: 'EC' })
  deleteKey(hsm, 'deleted')
  createKey(hsm, 'purged', { kty: 'EC' })
  const backup = backupKey(hsm, 'purged')
  deleteKey(hsm, 'purged')
  purgeDeletedKey(hsm, 'purged')
  restoreKey(hsm, backup)
  deleteKey(hsm, 'purged')
  purgeDeletedKey(hsm, 'purged')
  createKey(hsm, 'rotating', { kty: 'EC' })
  updateRotationPolicy(hsm, 'rotating', {
    lifetimeActions: [{ trigger: { timeAfterCreate: 'P40D' }, action: { type: 'Rotate' } }],
    attributes: { expiryTime: 'P90D' },
  })
  if (hardware) {
    const data = Buffer.from(JSON.stringify(RELEASE_POLICY))
    const attributes = { exportable: true }
    createKey(hsm, 'exportable', { kty: 'EC-HSM', attributes, releasePolicy: { data } })
  }
  if (hsm.profile === 'managed-hsm') {
    createKey(hsm, 'content', { kty: 'oct', keySize: 192 })
    createKey(hsm, 'firmware', { kty: 'AKP', alg: 'ML-DSA-44' })
    getRandomBytes(hsm, 8)
  }
}
