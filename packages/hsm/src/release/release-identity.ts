/** What an HSM signs with: a key of its own under a chain of three certificates. */

import {
  type EcKey,
  generateKey,
  issueCertificate,
  type KeyMaterial,
  type RandomSource,
  type RsaKey,
} from '@pocket-hsm/crypto'

/** A key and the certificates that vouch for it. */
export interface ReleaseIdentity {
  readonly key: RsaKey
  /** DER: the key's own, its issuer's, and the root, which signs itself. */
  readonly certificates: readonly Uint8Array[]
}

/**
 * RFC 5280 section 4.1.2.5: a certificate without a well-defined end says the last second of 9999. An HSM's clock is
 * its caller's, so its certificates hold at any time.
 */
export const ALWAYS = { notBefore: '19700101000000Z', notAfter: '99991231235959Z' }

const ROOT = 'pocket-hsm root'
const ISSUER = 'pocket-hsm issuer'

/** RFC 5280 appendix A.1, ub-common-name-length. */
export const LONGEST_NAME = 64

/** Makes an identity for the HSM of a host. */
export function makeReleaseIdentity(host: string, random: RandomSource): ReleaseIdentity {
  const rootKey = generate<EcKey>({ kty: 'EC', crv: 'P-256' })
  const issuerKey = generate<EcKey>({ kty: 'EC', crv: 'P-256' })
  const key = generate<RsaKey>({ kty: 'RSA', bits: 2048 })
  const root = { name: ROOT, key: rootKey }
  const issuer = { name: ISSUER, key: issuerKey }
  const subject = host.slice(0, LONGEST_NAME)
  return {
    key,
    certificates: [
      issueCertificate({ ...facts(), subject, publicKey: key }, issuer, random),
      issueCertificate(
        { ...facts(), subject: ISSUER, publicKey: issuerKey, pathLength: 0 },
        root,
        random,
      ),
      issueCertificate(
        { ...facts(), subject: ROOT, publicKey: rootKey, pathLength: 1 },
        root,
        random,
      ),
    ],
  }

  function generate<Key extends KeyMaterial>(spec: Parameters<typeof generateKey>[0]): Key {
    return generateKey(spec, random) as Key
  }

  function facts() {
    return { ...ALWAYS, serialNumber: newSerialNumber(random) }
  }
}

/** RFC 5280 section 4.1.2.2: positive. 126 random bits make it unique. */
export function newSerialNumber(random: RandomSource): Uint8Array {
  const bytes = Uint8Array.from(random(16))
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x40
  return bytes
}
