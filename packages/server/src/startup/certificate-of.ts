/** The certificate of a server. */

import { ensureCertificates } from '../certificates/ensure-certificates.ts'
import { fits } from '../certificates/read-certificates.ts'
import { hostsOf } from '../hsms/hosts.ts'
import type { KeyPair } from '../network/listen.ts'
import type { ServerSettings } from '../options.ts'
import { serverError } from '../server-error.ts'

/**
 * Returns the certificate of the options, or one from the folder.
 *
 * @param managedNames - The names of the HSMs of the management plane.
 */
export async function certificateOf(
  settings: ServerSettings,
  managedNames: readonly string[] = [],
): Promise<KeyPair & { readonly caFile?: string }> {
  const { certificate, certificateFolder, host, names, profile } = settings
  if (certificate !== undefined) {
    if (fits(certificate)) return certificate
    throw serverError(
      'BadCertificate',
      'certificate: the certificate cannot be read, or does not belong to the key.',
    )
  }
  const ofNames = [
    ...names.flatMap((name) => hostsOf(name, profile)),
    ...(settings.management ? ['*.managedhsm.azure.net'] : []),
    ...managedNames.flatMap((name) => hostsOf(name, 'managed-hsm')),
  ]
  const ofHost = ['0.0.0.0', '::'].includes(host) ? [] : [host]
  return ensureCertificates(certificateFolder, [...ofHost, ...ofNames], Date.now())
}
