/** Get EKM certificate: GET /ekm/certificate. */

import { poolNameOf } from '../engine/ask-external-key-manager.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { readEkm } from './read-ekm.ts'

/** What an EKM proxy has to know, to accept the client certificate of an HSM. */
export interface EkmProxyClientCertificate {
  /** The certificates that issue the client certificate: DER, the root last. */
  readonly caCertificates: readonly Uint8Array[]
  /** The common name of the client certificate. */
  readonly subjectCommonName: string
}

/**
 * Returns under which certificates and name a Managed HSM presents itself to its external key manager.
 *
 * The same for the life of the HSM. The first call takes as long as an RSA key.
 *
 * @throws {@link HsmError} 400 `BadParameter` - a vault.
 * @see Managed HSM REST API 2026-01-01-preview, Get EKM Certificate
 *
 * @example
 * ```ts
 * import { createHsm, getEkmCertificate } from 'pocket-hsm'
 *
 * const { subjectCommonName, caCertificates } = getEkmCertificate(createHsm())
 * subjectCommonName // 'pocket.managedhsmclient.azure.net'
 * caCertificates.length // 2
 * ```
 */
export function getEkmCertificate(hsm: Hsm): EkmProxyClientCertificate {
  return runOperation(hsm, 'getEkmCertificate', (call) => {
    readEkm(call)
    const [, ...issuers] = call.engine.identity().certificates
    return {
      caCertificates: issuers.map((each) => Uint8Array.from(each)),
      subjectCommonName: `${poolNameOf(call.engine)}.managedhsmclient.azure.net`,
    }
  })
}
