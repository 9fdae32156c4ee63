/** What a client makes of a downloaded security domain, for another HSM: no HSM takes part in it. */

import { combineShares, isCryptoError, type RandomSource } from '@pocket-hsm/crypto'
import { hostRandom } from '../host.ts'
import { badParameter } from '../hsm-error.ts'
import {
  checkOptions,
  OPTION_CHECKS,
  optionTable,
  requireOption,
} from '../options/check-options.ts'
import { type DomainJson, LIMITS, parseDomain, type UploadJson } from './domain-json.ts'
import {
  type DomainWrappingKey,
  type DomainWrappingPem,
  readKeyPair,
} from './domain-wrapping-key.ts'
import type { TransferKey } from './exchange-key.ts'
import {
  type DomainItem,
  MASTER_KEY_LENGTH,
  openItems,
  sealItems,
  unwrapWithKey,
  wrapForCertificate,
} from './sealed-data.ts'
import { type CertifiedKey, checkCertificate } from './wrapping-certificates.ts'

/** The parameters of `createSecurityDomainUpload`. */
export interface SecurityDomainUploadParameters {
  /** Key pairs of certificates of the download, as many as it required or more: from `createDomainWrappingKey`, or PEM. */
  readonly keys: readonly (DomainWrappingKey | DomainWrappingPem)[]
  /** The new HSM's, from `getTransferKey`; or its certificate as PEM, as `az keyvault security-domain init-recovery` writes it. */
  readonly transferKey: TransferKey | string
  /** The source of the new master key and of what encrypts it. Defaults to the host's generator. */
  readonly random?: RandomSource | undefined
}

/**
 * Opens a downloaded security domain with the private keys of its quorum, and encrypts it for another HSM, as
 * `az keyvault security-domain restore-blob` does.
 *
 * @param domain - What `downloadSecurityDomain` returned, or the file of `az keyvault security-domain download`.
 * @param parameters - See {@link SecurityDomainUploadParameters}.
 * @returns JSON text for `uploadSecurityDomain`, which only the HSM of the transfer key can open.
 * @throws {@link HsmError} 400 `BadParameter` - not a domain, a key that has no share of it, too few keys, a damaged share or
 *   item, or an invalid transfer key. The text says which, and shows nothing of them.
 * @see Managed HSM disaster recovery guide
 *
 * @example
 * ```ts
 * import { createDomainWrappingKey, createHsm, createSecurityDomainUpload } from 'pocket-hsm'
 * import { downloadSecurityDomain, getTransferKey } from 'pocket-hsm'
 *
 * const keys = [1, 2, 3].map(() => createDomainWrappingKey())
 * const certificates = keys.map(({ certificate }) => certificate)
 * const domain = downloadSecurityDomain(createHsm(), { certificates, required: 3 })
 * const transferKey = getTransferKey(createHsm({ activated: false }))
 * const upload = createSecurityDomainUpload(domain, { keys, transferKey })
 * JSON.parse(upload).WrappedKey.x5t_256 === transferKey['x5t#S256'] // true
 * ```
 */
export function createSecurityDomainUpload(
  domain: string,
  parameters: SecurityDomainUploadParameters,
): string {
  checkOptions(OWNER, parameters, PARAMETERS)
  const keys = requireOption(OWNER, 'keys', parameters.keys)
  const transferKey = requireOption(OWNER, 'transferKey', parameters.transferKey)
  const random = parameters.random ?? hostRandom
  const exchange = checkCertificate(transferKey, 'transferKey')
  const file = parseDomain(domain)
  const items = openDomain(file, readKeyPairs(keys, file))
  const masterKey = random(MASTER_KEY_LENGTH)
  const upload: UploadJson = {
    EncData: sealItems(masterKey, items, random),
    WrappedKey: {
      enc_key: wrapForCertificate(exchange.key, masterKey, random),
      x5t_256: exchange.thumbprint,
    },
  }
  return JSON.stringify(upload)
}

const OWNER = 'createSecurityDomainUpload'

const PARAMETERS = optionTable<SecurityDomainUploadParameters>({
  keys: OPTION_CHECKS.listOf(OPTION_CHECKS.object),
  transferKey: OPTION_CHECKS.anything,
  random: OPTION_CHECKS.function,
})

function readKeyPairs(
  keys: readonly (DomainWrappingKey | DomainWrappingPem)[],
  { SharedKeys: { required } }: DomainJson,
): readonly CertifiedKey[] {
  if (keys.length < required) {
    throw badParameter(`The security domain needs ${required} keys, not ${keys.length}.`)
  }
  if (keys.length > LIMITS.mostCertificates) {
    throw badParameter(`A security domain has at most ${LIMITS.mostCertificates} keys.`)
  }
  return keys.map((key, index) => readKeyPair(key, `keys[${index}]`))
}

function openDomain(
  { EncData, SharedKeys }: DomainJson,
  keys: readonly CertifiedKey[],
): readonly DomainItem[] {
  const shares = keys.map(({ key, thumbprint }, index) => {
    const share = SharedKeys.enc_shares.find(({ x5t_256 }) => x5t_256 === thumbprint)
    if (share === undefined) {
      throw badParameter(`keys[${index}]: its certificate has no share of the security domain.`)
    }
    return unwrapWithKey(key, share.enc_key) ?? damaged(`the share of keys[${index}]`)
  })
  return openItems(combine(shares), EncData) ?? damaged('what its shares seal')
}

function combine(shares: readonly Uint8Array[]): Uint8Array {
  try {
    return combineShares(shares)
  } catch (error) {
    if (isCryptoError(error)) throw badParameter(`The shares do not fit together: ${error.message}`)
    throw error
  }
}

function damaged(part: string): never {
  throw badParameter(`The security domain is damaged: ${part} cannot be opened.`)
}
