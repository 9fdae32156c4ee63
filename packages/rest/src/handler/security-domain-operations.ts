/** The security domain: download, transfer key, upload, and their status. */

import {
  downloadSecurityDomain,
  getSecurityDomainDownload,
  getSecurityDomainUpload,
  getTransferKey,
  type SecurityDomainStatus,
  uploadSecurityDomain,
} from 'pocket-hsm'
import { parseDownload, parseUpload } from '../requests/parse-security-domain.ts'
import { reply } from '../responses/reply.ts'
import type { ResponseParts } from '../responses/response-parts.ts'
import type { SecurityDomainOperationName } from '../routes/security-domain-routes.ts'
import type { Call } from './call.ts'

/** The operations. */
export const SECURITY_DOMAIN_OPERATIONS: Readonly<
  Record<SecurityDomainOperationName, (call: Call) => unknown>
> = {
  downloadSecurityDomain: (call) => {
    const value = downloadSecurityDomain(call.hsm, parseDownload(call))
    return reply({ status: 202, json: { value }, headers: polling(call, 'download') })
  },
  getSecurityDomainDownload: (call) =>
    polled(call, 'download', getSecurityDomainDownload(call.hsm)),
  // JSON text in a string, whatever the API description says: clients parse it a second time.
  getTransferKey: ({ hsm }) => ({
    key_format: 'jwk',
    transfer_key: JSON.stringify(getTransferKey(hsm)),
  }),
  uploadSecurityDomain: (call) => {
    uploadSecurityDomain(call.hsm, parseUpload(call))
    const json = statusBody(getSecurityDomainUpload(call.hsm))
    return reply({ status: 202, json, headers: polling(call, 'upload') })
  },
  getSecurityDomainUpload: (call) => polled(call, 'upload', getSecurityDomainUpload(call.hsm)),
}

function polled(
  call: Call,
  kind: 'download' | 'upload',
  status: SecurityDomainStatus,
): ResponseParts {
  return reply({ status: 200, json: statusBody(status), headers: polling(call, kind) })
}

function statusBody({ status, statusDetails }: SecurityDomainStatus): unknown {
  return { status, status_details: statusDetails }
}

/** Where to poll, and when: a client waits half a minute where it is not told, and takes 0 for not told. */
function polling(
  { origin, apiVersion }: Call,
  kind: 'download' | 'upload',
): Readonly<Record<string, string>> {
  return {
    'azure-asyncoperation': `${origin}/securitydomain/${kind}/pending?api-version=${apiVersion}`,
    'retry-after': '1',
  }
}
