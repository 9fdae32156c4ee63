/** Where a request to an external key manager goes, in the EKM Proxy API. */

import type { ExternalKeyRequest } from './external-key-manager.ts'

/**
 * Returns the URL of a request, without a query: `https://{host}/{pathPrefix}/{keyId}/wrapkey`.
 *
 * @see Managed HSM external key management, EKM Proxy API reference: URI format
 *
 * @example
 * ```ts
 * import { externalKeyRequestUrl } from 'pocket-hsm'
 *
 * const connection = { host: 'ekm.contoso.com', pathPrefix: '/hsm1', serverCaCertificates: [] }
 * externalKeyRequestUrl({ operation: 'metadata', keyId: 'kek-1', connection })
 * // 'https://ekm.contoso.com/hsm1/kek-1/metadata'
 * ```
 */
export function externalKeyRequestUrl({
  operation,
  connection: { host, pathPrefix = '' },
  ...rest
}: Pick<ExternalKeyRequest, 'operation' | 'connection'> & { readonly keyId?: string }): string {
  const prefix = pathPrefix.replace(/^\/+|\/+$/g, '')
  const segments = [prefix, rest.keyId ?? '', operation.toLowerCase()]
  return ['https:/', host, ...segments.filter((segment) => segment !== '')].join('/')
}
