/**
 * What the api-versions of 2026 bring. Each is gated for every handler: no client that is in use today depends on having
 * it under an older version, and code that forgets the version must fail as it would with the service.
 */

import type { ApiVersion } from './api-versions.ts'
import type { ApiFeature, FeatureMembers } from './feature.ts'

/** Whether vaults have any of it is not known: they are taken not to. */
const since = (managedHsm: ApiVersion): ApiFeature['since'] => ({ 'managed-hsm': managedHsm })

const GATED = { isAlwaysGated: true, known: 'documented' } as const

const AKP: readonly string[] = ['AKP', 'AKP-HSM']
const ML_DSA: readonly string[] = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']
const ML_DSA_SIGNATURE: FeatureMembers = { alg: ML_DSA, external_mu: 'any', context: 'any' }
const SECURE_KEY_OPS: FeatureMembers = { key_ops: ['secureWrapKey', 'secureUnwrapKey'] }

/** ML-DSA, by a name of its own: a request to sign with such a key may say nothing of it. */
export const ML_DSA_KEYS: ApiFeature = {
  name: 'mlDsa',
  title: 'ML-DSA keys and signatures',
  since: since('2026-05-01-preview'),
  members: {
    createKey: { kty: AKP, alg: 'any' },
    importKey: { 'key.kty': AKP, 'key.alg': 'any', 'key.pub': 'any' },
    sign: ML_DSA_SIGNATURE,
    verify: ML_DSA_SIGNATURE,
  },
  ...GATED,
}

/** Private endpoints, by a name of their own: a connection shows its mode only where they exist. */
export const PRIVATE_ENDPOINTS: ApiFeature = {
  name: 'ekmPrivateEndpoints',
  title: 'private endpoints of an external key manager',
  since: since('2026-07-01-preview'),
  operations: [
    'createEkmPrivateEndpoint',
    'getEkmPrivateEndpoint',
    'deleteEkmPrivateEndpoint',
    'listEkmPrivateEndpoints',
    'getEkmPrivateEndpointOperation',
  ],
  members: {
    createEkmConnection: { connectivity_mode: 'any' },
    updateEkmConnection: { connectivity_mode: 'any' },
  },
  ...GATED,
}

/** The features that came in 2026. */
export const PREVIEW_FEATURES: readonly ApiFeature[] = [
  {
    name: 'symmetricKeySize',
    title: 'size of a symmetric key in the attributes',
    since: since('2026-01-01-preview'),
    attributes: ['key_size'],
    ...GATED,
  },
  {
    name: 'externalKeys',
    title: 'keys of an external key manager',
    since: since('2026-01-01-preview'),
    members: {
      createKey: { 'attributes.external_key': 'any' },
      importKey: { 'attributes.external_key': 'any' },
      updateKey: { 'attributes.external_key': 'any' },
    },
    attributes: ['external_key'],
    ...GATED,
  },
  {
    name: 'externalKeyManager',
    title: 'connection to an external key manager',
    since: since('2026-01-01-preview'),
    operations: [
      'getEkmConnection',
      'createEkmConnection',
      'updateEkmConnection',
      'deleteEkmConnection',
      'getEkmCertificate',
      'checkEkmConnection',
    ],
    ...GATED,
  },
  {
    name: 'secureWrap',
    title: 'secure wrap and unwrap',
    since: since('2026-01-01-preview'),
    operations: ['secureWrapKey', 'secureUnwrapKey'],
    ...GATED,
  },
  {
    name: 'secureKeyOperations',
    title: 'key operations of secure wrap and unwrap',
    since: since('2026-05-01-preview'),
    members: {
      createKey: SECURE_KEY_OPS,
      importKey: { 'key.key_ops': ['secureWrapKey', 'secureUnwrapKey'] },
      updateKey: SECURE_KEY_OPS,
    },
    ...GATED,
  },
  ML_DSA_KEYS,
  {
    name: 'applicationTrustedIssuer',
    title: 'trusted issuer of an application in secure unwrap',
    since: since('2026-07-01-preview'),
    members: { secureUnwrapKey: { applicationTrustedIssuer: 'any' } },
    ...GATED,
  },
  PRIVATE_ENDPOINTS,
]
