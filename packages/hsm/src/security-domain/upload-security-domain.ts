/** Upload of a security domain: POST /securitydomain/upload. */

import type { SecurityDomain } from '../backup/security-domain.ts'
import type { CallContext } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { badParameter } from '../hsm-error.ts'
import type { IdentityOrigin } from '../release/identity-origin.ts'
import { ACTIVATION } from '../state/activation.ts'
import { readMember } from '../state/administration.ts'
import { domainOfItems } from './domain-content.ts'
import { parseUpload, type UploadJson } from './domain-json.ts'
import { requireManagedHsm, storeActivation } from './domain-status.ts'
import { exchangeKeyOf } from './exchange-key.ts'
import { refuseActive } from './refuse-active.ts'
import { openItems, unwrapWithKey } from './sealed-data.ts'
import { thumbprintOf } from './self-signed-certificate.ts'

/**
 * Uploads a security domain to an HSM that is not activated, and activates it: from then on it restores backups of the
 * HSM that the domain was downloaded from.
 *
 * The same domain may be sent again, as a client does that has lost the response. `exportState` still seals under the
 * domain that the HSM was created with.
 *
 * @param upload - JSON text, as `createSecurityDomainUpload` and the Azure CLI make it.
 * @throws {@link HsmError} 400 `BadParameter` - not such a text, one for another HSM, one that was changed, a domain that
 *   pocket-hsm did not make, or a vault, which has no security domain.
 * @throws {@link HsmError} 409 `Conflict` - an HSM that is activated, except by this domain.
 * @see Managed HSM REST API, Security Domain Upload
 *
 * @example
 * ```ts
 * import { backupKey, createDomainWrappingKey, createHsm, createKey, createSecurityDomainUpload } from 'pocket-hsm'
 * import { downloadSecurityDomain, getTransferKey, restoreKey, uploadSecurityDomain } from 'pocket-hsm'
 *
 * const lost = createHsm()
 * createKey(lost, 'orders', { kty: 'oct-HSM' })
 * const backup = backupKey(lost, 'orders')
 * const keys = [1, 2, 3].map(() => createDomainWrappingKey())
 * const certificates = keys.map(({ certificate }) => certificate)
 * const domain = downloadSecurityDomain(lost, { certificates, required: 2 })
 *
 * const hsm = createHsm({ activated: false })
 * const transferKey = getTransferKey(hsm)
 * uploadSecurityDomain(hsm, createSecurityDomainUpload(domain, { keys: keys.slice(1), transferKey }))
 * restoreKey(hsm, backup).key.kty // 'oct-HSM'
 * ```
 */
export function uploadSecurityDomain(hsm: Hsm, upload: string): void {
  runOperation(hsm, 'uploadSecurityDomain', (call) => {
    const { engine } = call
    requireManagedHsm(engine)
    // Before the text is looked at: an HSM in use makes no exchange key for whatever it is sent.
    if (!hasUpload(call)) refuseActive(call)
    const domain = domainOf(parseUpload(upload), engine.identityOrigin)
    if (!hasUpload(call)) return storeActivation(call, 'uploadedAt', { domain })
    if (readMember(engine.state, ACTIVATION).domain?.id !== domain.id) refuseActive(call)
  })
}

const hasUpload = ({ engine }: CallContext): boolean =>
  readMember(engine.state, ACTIVATION).uploadedAt !== undefined

function domainOf({ EncData, WrappedKey }: UploadJson, origin: IdentityOrigin): SecurityDomain {
  const { key, certificate } = exchangeKeyOf(origin)
  if (WrappedKey.x5t_256 !== thumbprintOf(certificate)) {
    throw badParameter(
      'The upload was made for another HSM: make one with the transfer key of this HSM.',
    )
  }
  const masterKey = unwrapWithKey(key, WrappedKey.enc_key)
  const items = masterKey && openItems(masterKey, EncData)
  if (items === undefined) {
    throw badParameter('The upload cannot be opened: it is damaged.')
  }
  const domain = domainOfItems(items)
  if (domain === undefined) {
    throw badParameter('The security domain was not made by pocket-hsm: it cannot be used here.')
  }
  return domain
}
