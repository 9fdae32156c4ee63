/** Whom the tests release keys to: one authority, one enclave, and HSMs that trust the one and not the other. */

import { createHmacDrbg, utf8ToBytes } from '@pocket-hsm/crypto'
import {
  type AttestationTokenParameters,
  createAttestationAuthority,
  createEnclaveKey,
  createHsm,
  forkHsm,
  type Hsm,
  type HsmOptions,
  type NewKeyParameters,
  type ProfileName,
  type ReleasePolicyInput,
} from '../src/index.ts'
import { BASE_URL, START } from './test-hsm.ts'

/** The profiles that release keys. */
export const RELEASING: readonly ProfileName[] = ['managed-hsm', 'vault-premium']

export const ISSUER = 'https://attest.test'

export const authority = createAttestationAuthority({
  issuer: ISSUER,
  alg: 'ES256',
  clock: () => START * 1000,
  random: createHmacDrbg(utf8ToBytes('test authority')),
})

/** Its label, and the seed below, come to two primes soon. */
export const enclave = createEnclaveKey(createHmacDrbg(utf8ToBytes('test enclave 23')))

const OPTIONS: HsmOptions = {
  baseUrl: BASE_URL,
  seed: 'release 14',
  clock: () => START * 1000,
  attestationKeys: authority.attestationKeys,
}

const prepared = new Map<ProfileName, Hsm>()

/** An HSM without keys. All of a profile sign with one key, made once. Its clock stands at the authority's. */
export function releasingHsm(profile: ProfileName = 'managed-hsm'): Hsm {
  const hsm = prepared.get(profile) ?? createHsm({ ...OPTIONS, profile })
  prepared.set(profile, hsm)
  return forkHsm(hsm)
}

/** A policy document of one authority and one condition. */
export const documentOf = (condition: object, issuer: string = ISSUER): object => ({
  version: '1.0.0',
  anyOf: [{ authority: issuer, allOf: [condition] }],
})

/** A policy with this document, or with a document of this one condition. */
export const policyOf = (document: object, more: object = {}): ReleasePolicyInput => ({
  data: utf8ToBytes(JSON.stringify('anyOf' in document ? document : documentOf(document))),
  ...more,
})

/** What {@link target} meets. */
export const POLICY: ReleasePolicyInput = policyOf({ claim: 'debuggable', equals: false })

/** What a key needs to be released. */
export const EXPORTABLE: NewKeyParameters = {
  attributes: { exportable: true },
  releasePolicy: POLICY,
}

/** A token for the enclave. */
export const target = (changes: Partial<AttestationTokenParameters> = {}): string =>
  authority.mintToken({
    enclaveKey: enclave.publicJwk,
    ...changes,
    claims: { debuggable: false, ...changes.claims },
  })
