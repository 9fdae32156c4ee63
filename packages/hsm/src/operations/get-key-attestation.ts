/** Get key attestation: GET /keys/{name}/{version}/attestation. */

import {
  jwkThumbprint,
  toBase64url,
  toPublicJwk,
  utf8ToBytes,
  writePemBlock,
} from '@pocket-hsm/crypto'
import { readReference } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { readRecord, runStep } from '../engine/run-step.ts'
import { badParameter } from '../hsm-error.ts'
import { type KeyAttributes, type KeyBundle, keyBundle } from '../keys/bundles.ts'
import { findVersion } from '../keys/find-version.ts'
import type { KeyReference } from '../keys/key-reference.ts'
import type { StepContext } from '../keys/key-step.ts'
import type { ReleaseIdentity } from '../release/release-identity.ts'
import { signStatement } from '../release/signed-statement.ts'
import { type HsmKeyRecord, heldKey } from '../state/hsm-state.ts'

/** What an HSM states about a key in it. The layout of the statements is our own: the service's are its hardware's. */
export interface KeyAttestation {
  /** PEM of the certificates under which the statements are signed: the HSM's own, its issuer's, the root. */
  readonly certificatePemFile: Uint8Array
  /** A JWS about the private or symmetric key; see {@link getKeyAttestation}. */
  readonly privateKeyAttestation: Uint8Array
  /** A JWS about the public key; absent for a symmetric key. */
  readonly publicKeyAttestation?: Uint8Array
  /** Of the layout: `1.0`. */
  readonly version: string
}

/** The attributes of a key version, with its attestation. */
export interface AttestedKeyAttributes extends KeyAttributes {
  readonly attestation: KeyAttestation
}

/** A key version with its attestation. */
export interface AttestedKeyBundle extends KeyBundle {
  readonly attributes: AttestedKeyAttributes
}

/** Names the layout of the statements. */
const LAYOUT = 'pocket-hsm/key-attestation/1.0'

/**
 * Reads a key with what the HSM states about it, also of one that is disabled or outside its window.
 *
 * Each statement is a JWS in compact form, RS256, whose `x5c` begins with the certificate that verifies it. Its
 * payload says `layout`, `about` (`private key`, `symmetric key` or `public key`), `iat` in Unix seconds, `kid`,
 * `kty`, `key_ops` and `exportable`; of an RSA or EC key also `thumbprint` (RFC 7638, SHA-256), and of a public key
 * `jwk`. Nothing in them depends on private bytes.
 *
 * @param key - `name` (the current version), `name/version` or the key identifier.
 * @returns The bundle, with `attributes.attestation`: bytes of PEM and of JWS.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key or version, or a deleted key.
 * @throws {@link HsmError} 400 `BadParameter` - a vault, which attests no keys.
 * @see Key Vault REST API, Get Key Attestation
 *
 * @example
 * ```ts
 * import { X509Certificate } from 'node:crypto'
 * import { createHsm, createKey, getKeyAttestation } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const { attestation } = getKeyAttestation(hsm, 'orders').attributes
 * new X509Certificate(attestation.certificatePemFile).subject // 'CN=pocket.managedhsm.azure.net'
 * new TextDecoder().decode(attestation.publicKeyAttestation).split('.').length // 3
 * ```
 */
export function getKeyAttestation(hsm: Hsm, key: string): AttestedKeyBundle {
  return runOperation(hsm, 'getKeyAttestation', (call) => {
    const reference = readReference(call, key)
    if (!call.engine.profile.keyAttestation) throw badParameter('A vault does not attest keys.')
    const { record, context } = readRecord(call, reference.name)
    const { version } = findVersion(record, reference, 'get', context)
    if (version.material.external !== undefined) {
      throw context.refuse('externalKeyUnsupported', { operation: 'attestation' })
    }
    // Made at the first attestation, which takes as long as an RSA key: after all that may refuse.
    const input = { reference, identity: call.engine.identity() }
    return runStep(call, reference.name, getKeyAttestationStep, input)
  })
}

function getKeyAttestationStep(
  before: HsmKeyRecord | undefined,
  { reference, identity }: { readonly reference: KeyReference; readonly identity: ReleaseIdentity },
  context: StepContext,
): { readonly record: HsmKeyRecord; readonly result: AttestedKeyBundle } {
  const { record, version } = findVersion(before, reference, 'get', context)
  const bundle = keyBundle(record, context, version)
  const { kid, kty, key_ops } = bundle.key
  const publicJwk = toPublicJwk(heldKey(version.material))
  const isSymmetric = publicJwk.kty === 'oct'
  const thumbprint = isSymmetric ? {} : { thumbprint: toBase64url(jwkThumbprint(publicJwk)) }
  const { exportable } = bundle.attributes
  const facts = { iat: context.now, kid, kty, key_ops, exportable, ...thumbprint }
  const state = (about: string, more: object = {}) =>
    utf8ToBytes(
      signStatement(
        { layout: LAYOUT, about, ...facts, ...more },
        context.profile.family,
        identity,
        context.random,
      ),
    )
  const attestation: KeyAttestation = {
    certificatePemFile: utf8ToBytes(identity.certificates.map(toPem).join('')),
    privateKeyAttestation: state(isSymmetric ? 'symmetric key' : 'private key'),
    ...(!isSymmetric && { publicKeyAttestation: state('public key', { jwk: publicJwk }) }),
    version: '1.0',
  }
  return { record, result: { ...bundle, attributes: { ...bundle.attributes, attestation } } }
}

const toPem = (certificate: Uint8Array): string => writePemBlock('CERTIFICATE', certificate)
