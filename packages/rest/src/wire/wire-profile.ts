/**
 * What the wire of a vault and of a Managed HSM looks like: one row each, no branches elsewhere.
 *
 * The engine has a table of the same services, `service/profiles.ts`, which says how they behave: which keys they have,
 * what they allow. It knows no HTTP. This table has only what a client sees of HTTP and JSON: headers, challenges,
 * links, the order and presence of members.
 */

import type { Hsm } from 'pocket-hsm'
import { printSkipToken } from './skip-token.ts'

/** The wire of one service. */
export interface WireProfile {
  /** Which column of the table of features it has. */
  readonly service: 'vault' | 'managed-hsm'
  /** The URL of the token issuer, without a tenant. */
  readonly authority: string
  /** The resource that tokens are requested for, by the ending of the host that was called. */
  readonly resources: Readonly<Record<string, string>>
  readonly defaultResource: string
  /** The body of a 401. */
  readonly unauthorizedBody: (method: string, message: string) => string
  /** The headers of every response. */
  readonly headers: readonly (readonly [string, string])[]
  /** The headers of responses without an error. */
  readonly headersOfSuccess: readonly (readonly [string, string])[]
  /** The headers of responses to GET. */
  readonly headersOfGet: readonly (readonly [string, string])[]
  /** Whether a response without a body has a content type too. */
  readonly alwaysHasContentType: boolean
  /** Whether `x-ms-client-request-id` is returned to a client that requests it. */
  readonly echoesClientRequestId: boolean
  /** Whether members are in alphabetical order. */
  readonly sorted: boolean
  /** Whether results of cryptographic operations name the algorithm, and those of verify the key. */
  readonly namesAlgorithm: boolean
  /** The attributes that older api-versions return too, where they are `true`. */
  readonly attributesWhereTrue: readonly string[]
  /** The `nextLink` of the last page: absent if `undefined`. */
  readonly lastLink: null | undefined
  /** Returns the link to the next page. */
  readonly nextLink: (page: PageLink) => string
}

/** The parts of a link to a page. */
export interface PageLink {
  /** The URL of the request for the current page. */
  readonly url: URL
  /** Where the next page begins. */
  readonly marker: string
  readonly apiVersion: string
  /** As the client wrote it. */
  readonly maxResults: string | undefined
}

const COMMON_HEADERS: readonly (readonly [string, string])[] = [
  ['cache-control', 'no-cache'],
  ['x-content-type-options', 'nosniff'],
]

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

const errorText = (code: string, message: string) => JSON.stringify({ error: { code, message } })

const VAULT: WireProfile = {
  service: 'vault',
  authority: 'https://login.windows.net',
  resources: {
    '.vault.azure.net': 'https://vault.azure.net',
    '.vault.azure.cn': 'https://vault.azure.cn',
    '.vault.usgovcloudapi.net': 'https://vault.usgovcloudapi.net',
  },
  defaultResource: 'https://vault.azure.net',
  unauthorizedBody: (_, message) => errorText('Unauthorized', message),
  headers: [
    ...COMMON_HEADERS,
    ['x-ms-keyvault-region', 'local'],
    ['pragma', 'no-cache'],
    ['expires', '-1'],
    ['strict-transport-security', 'max-age=31536000;includeSubDomains'],
    ['x-ms-keyvault-network-info', 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;'],
    ['x-ms-keyvault-service-version', '1.9.0.0'],
  ],
  headersOfSuccess: [],
  headersOfGet: [],
  alwaysHasContentType: false,
  echoesClientRequestId: true,
  sorted: false,
  namesAlgorithm: false,
  attributesWhereTrue: ['exportable'],
  lastLink: null,
  // With the port always written out, as recorded.
  nextLink: ({ url, marker, apiVersion, maxResults }) => {
    const port = url.port || DEFAULT_PORTS[url.protocol]
    const limit = maxResults === undefined ? '' : `&maxresults=${maxResults}`
    return `${url.protocol}//${url.hostname}:${port}${url.pathname}?api-version=${apiVersion}&$skiptoken=${marker}${limit}`
  },
}

const MANAGED_HSM: WireProfile = {
  service: 'managed-hsm',
  authority: 'https://login.microsoftonline.com',
  resources: {
    '.managedhsm.azure.net': 'https://managedhsm.azure.net',
    '.managedhsm.azure.cn': 'https://managedhsm.azure.cn',
    '.managedhsm.usgovcloudapi.net': 'https://managedhsm.usgovcloudapi.net',
  },
  defaultResource: 'https://managedhsm.azure.net',
  unauthorizedBody: (method) => (method === 'GET' ? 'OK' : ''),
  headers: [
    ...COMMON_HEADERS,
    ['strict-transport-security', 'max-age=31536000; includeSubDomains'],
    ['x-frame-options', 'SAMEORIGIN'],
    ['content-security-policy', "default-src 'self'"],
    ['x-ms-server-latency', '0'],
  ],
  headersOfSuccess: [
    ['x-ms-keyvault-region', 'local'],
    ['x-ms-keyvault-network-info', 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=Ipv4;'],
  ],
  headersOfGet: [['x-ms-build-version', '1.0.0-pocket']],
  alwaysHasContentType: true,
  echoesClientRequestId: false,
  sorted: true,
  namesAlgorithm: true,
  attributesWhereTrue: [],
  lastLink: undefined,
  // Without an api-version, as recorded: the token carries it.
  nextLink: ({ url, marker, apiVersion, maxResults = '25' }) =>
    `${url.origin}${url.pathname}?maxresults=${maxResults}&$skiptoken=${printSkipToken(marker, apiVersion)}`,
}

/** The wire profiles, by the profile of the HSM. */
export const WIRE_PROFILES: Readonly<Record<Hsm['profile'], WireProfile>> = {
  'managed-hsm': MANAGED_HSM,
  'vault-premium': VAULT,
  'vault-standard': VAULT,
}
