/** The routes of the security domain. */

import type { Route } from './route.ts'

/** The operations of the security domain. */
export type SecurityDomainOperationName =
  | 'downloadSecurityDomain'
  | 'getSecurityDomainDownload'
  | 'getTransferKey'
  | 'uploadSecurityDomain'
  | 'getSecurityDomainUpload'

/** More than ten certificates have, and more than a domain of ten shares has. */
const LONGEST_BODY = 1024 * 1024

const STARTED = {
  method: 'POST',
  body: 'object',
  maxBodyLength: LONGEST_BODY,
  status: 202,
} as const

/**
 * A token is not needed: the Python client polls without one if the letters of the host differ in case, and sends the
 * download or upload again where it is refused.
 */
const POLLED = { method: 'GET', body: 'none', needsNoToken: true } as const

/** The routes: two start something, two poll it, one returns the key for an upload. */
export const SECURITY_DOMAIN_ROUTES: readonly Route<SecurityDomainOperationName>[] = [
  { path: 'securitydomain/download', operation: 'downloadSecurityDomain', ...STARTED },
  { path: 'securitydomain/download/pending', operation: 'getSecurityDomainDownload', ...POLLED },
  { method: 'GET', path: 'securitydomain/upload', operation: 'getTransferKey', body: 'none' },
  { path: 'securitydomain/upload', operation: 'uploadSecurityDomain', ...STARTED },
  { path: 'securitydomain/upload/pending', operation: 'getSecurityDomainUpload', ...POLLED },
]
