/** Self-signed certificates of RSA keys that others encrypt to. */

import {
  digest,
  issueCertificate,
  type RandomSource,
  type RsaKey,
  toBase64url,
} from '@pocket-hsm/crypto'
import { ALWAYS, LONGEST_NAME, newSerialNumber } from '../release/release-identity.ts'

/** Makes a certificate for key encipherment, valid at any time: the clock of an HSM is its caller's. */
export function selfSignedCertificate(name: string, key: RsaKey, random: RandomSource): Uint8Array {
  const subject = name.slice(0, LONGEST_NAME)
  return issueCertificate(
    {
      ...ALWAYS,
      serialNumber: newSerialNumber(random),
      subject,
      publicKey: key,
      keyUsage: 'keyEncipherment',
    },
    { name: subject, key },
    random,
  )
}

/** The thumbprint of a certificate in a security domain: SHA-256 of its DER, in base64url. */
export function thumbprintOf(certificate: Uint8Array): string {
  return toBase64url(digest('SHA-256', certificate))
}
