/** Download of the security domain: POST /securitydomain/download. */

import { type RandomSource, splitSecret } from '@pocket-hsm/crypto'
import type { Engine, Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { hostRandom } from '../host.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { ACTIVATION, domainInUse } from '../state/activation.ts'
import { readMember } from '../state/administration.ts'
import { itemsOf } from './domain-content.ts'
import type { DomainJson } from './domain-json.ts'
import { requireManagedHsm, storeActivation } from './domain-status.ts'
import { MASTER_KEY_LENGTH, sealItems, wrapForCertificate } from './sealed-data.ts'
import {
  checkRequired,
  checkWrappingCertificates,
  type WrappingCertificate,
} from './wrapping-certificates.ts'

/** The parameters of `downloadSecurityDomain`. */
export interface DownloadSecurityDomainParameters {
  /**
   * 3 to 10 certificates with different RSA keys of 2048 bits or more: PEM, or a JWK with the certificate in `x5c`. Dates,
   * names and signatures are not looked at.
   */
  readonly certificates: readonly (string | WrappingCertificate)[]
  /** How many of their private keys restore the domain: 2 to the number of certificates. Defaults to 2. */
  readonly required?: number | undefined
}

/**
 * Downloads the security domain of a Managed HSM, and activates an HSM that is not activated.
 *
 * The domain is sealed under a new key, and a share of that key is encrypted to each certificate: the private keys of any
 * `required` of them restore the domain in another HSM, fewer reveal nothing. A later download of the same HSM has other
 * shares of the same domain.
 *
 * @param parameters - See {@link DownloadSecurityDomainParameters}.
 * @returns The file: JSON text, as the Azure CLI writes and reads it.
 * @throws {@link HsmError} 400 `BadParameter` - an invalid certificate, two with the same key, too few or too many, an
 *   invalid `required`, or a vault, which has no security domain.
 * @see Managed HSM REST API, Security Domain Download
 *
 * @example
 * ```ts
 * import { createDomainWrappingKey, createHsm, downloadSecurityDomain, readActivation } from 'pocket-hsm'
 *
 * const hsm = createHsm({ activated: false })
 * const keys = [1, 2, 3].map(() => createDomainWrappingKey())
 * const certificates = keys.map(({ certificate }) => certificate)
 * const domain = downloadSecurityDomain(hsm, { certificates, required: 2 })
 * JSON.parse(domain).SharedKeys.required // 2
 * readActivation(hsm) // 'Active'
 * ```
 */
export function downloadSecurityDomain(
  hsm: Hsm,
  parameters: DownloadSecurityDomainParameters,
): string {
  return runOperation(hsm, OPERATION, (call) => {
    const { engine } = call
    requireManagedHsm(engine)
    checkOptions(OPERATION, parameters, PARAMETERS)
    const given = requireOption(OPERATION, 'certificates', parameters.certificates)
    const certificates = checkWrappingCertificates(given)
    const required = checkRequired(parameters.required ?? 2, certificates.length)
    const { downloads } = readMember(engine.state, ACTIVATION)
    const random = downloadRandom(engine, downloads)

    const masterKey = random(MASTER_KEY_LENGTH)
    const shares = splitSecret(masterKey, { shares: certificates.length, required }, random)
    const file: DomainJson = {
      EncData: sealItems(masterKey, itemsOf(domainInUse(engine)), random),
      SharedKeys: {
        enc_shares: certificates.map(({ key, thumbprint }, index) => ({
          enc_key: wrapForCertificate(key, shares[index] as Uint8Array, random),
          x5t_256: thumbprint,
        })),
        key_algorithm: 'shamir_share',
        required,
      },
      version: 2,
    }
    storeActivation(call, 'downloadedAt', { downloads: downloads + 1 })
    return JSON.stringify(file)
  })
}

const OPERATION = 'downloadSecurityDomain'

const PARAMETERS = optionTable<DownloadSecurityDomainParameters>({
  certificates: OPTION_CHECKS.anything,
  required: OPTION_CHECKS.number,
})

/** The randomness of one download; under a seed, a stream of its own. */
function downloadRandom({ seed }: Engine, downloads: number): RandomSource {
  return seed === undefined ? hostRandom : seededStream(seed, OPERATION, downloads)
}
