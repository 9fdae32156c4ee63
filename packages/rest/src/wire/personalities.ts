/** What tells the wire of a vault from that of a Managed HSM: one row each, no branches elsewhere. */

import type { Hsm } from 'pocket-hsm'

/** A service as it shows on the wire. */
export interface Personality {
  /** Where tokens are to be had; the tenant is put behind it. */
  readonly authority: string
  /** What a token is asked for, by the ending of the host that was called. */
  readonly resources: Readonly<Record<string, string>>
  readonly defaultResource: string
  /** What a 401 says to a method; the rest say nothing. */
  readonly unauthorizedBody: (method: string, message: string) => string
  /** On every answer. */
  readonly headers: readonly (readonly [string, string])[]
  /** On answers to GET alone. */
  readonly headersOfGet: readonly (readonly [string, string])[]
  /** Whether `x-ms-client-request-id` comes back where a client asks for it. */
  readonly echoesClientRequestId: boolean
  /** Whether messages end with the activity's GUID. */
  readonly activityId: boolean
  /** Whether members are in alphabetical order. */
  readonly sorted: boolean
  /** Whether results of cryptographic operations name the algorithm, and verify the key. */
  readonly namesAlgorithm: boolean
  /** The api-version since which an attribute is in answers; from the first on where it is not here. */
  readonly attributesSince: Readonly<Record<string, string>>
  /** The `nextLink` of the last page: absent where `undefined`. */
  readonly lastLink: null | undefined
  /** The link to the page after this one. */
  readonly nextLink: (page: PageLink) => string
}

/** What a link to a page is made of. */
export interface PageLink {
  /** The URL that asked for the page before. */
  readonly url: URL
  readonly marker: string
  readonly apiVersion: string
  /** As the client wrote it. */
  readonly maxResults: string | undefined
}

const COMMON_HEADERS: readonly (readonly [string, string])[] = [
  ['cache-control', 'no-cache'],
  ['x-content-type-options', 'nosniff'],
  ['x-ms-keyvault-region', 'local'],
]

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

const errorText = (code: string, message: string) => JSON.stringify({ error: { code, message } })

const VAULT: Personality = {
  authority: 'https://login.windows.net/',
  resources: {
    '.vault.azure.net': 'https://vault.azure.net',
    '.vault.azure.cn': 'https://vault.azure.cn',
    '.vault.usgovcloudapi.net': 'https://vault.usgovcloudapi.net',
  },
  defaultResource: 'https://vault.azure.net',
  unauthorizedBody: (_, message) => errorText('Unauthorized', message),
  headers: [
    ...COMMON_HEADERS,
    ['pragma', 'no-cache'],
    ['expires', '-1'],
    ['strict-transport-security', 'max-age=31536000;includeSubDomains'],
    ['x-ms-keyvault-network-info', 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;'],
    ['x-ms-keyvault-service-version', '1.9.0.0'],
  ],
  headersOfGet: [],
  echoesClientRequestId: true,
  activityId: false,
  sorted: false,
  namesAlgorithm: false,
  attributesSince: { recoverableDays: '7.1', exportable: '7.3-preview', hsmPlatform: '7.5' },
  lastLink: null,
  // With the port always written out, as recorded.
  nextLink: ({ url, marker, apiVersion, maxResults }) => {
    const port = url.port || DEFAULT_PORTS[url.protocol]
    const most = maxResults === undefined ? '' : `&maxresults=${maxResults}`
    return `${url.protocol}//${url.hostname}:${port}${url.pathname}?api-version=${apiVersion}&$skiptoken=${marker}${most}`
  },
}

const MANAGED_HSM: Personality = {
  authority: 'https://login.microsoftonline.com/',
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
    ['x-ms-keyvault-network-info', 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=Ipv4;'],
    ['x-ms-server-latency', '0'],
  ],
  headersOfGet: [['x-ms-build-version', '1.0.0-pocket']],
  echoesClientRequestId: false,
  activityId: true,
  sorted: true,
  namesAlgorithm: true,
  attributesSince: { recoverableDays: '7.1', exportable: '7.2-preview', hsmPlatform: '7.5' },
  lastLink: undefined,
  // Without an api-version, as recorded: a continuation is taken without one.
  nextLink: ({ url, marker, maxResults = '25' }) =>
    `${url.origin}${url.pathname}?maxresults=${maxResults}&$skiptoken=${marker}`,
}

/** The personalities by the profile of the HSM. */
export const PERSONALITIES: Readonly<Record<Hsm['profile'], Personality>> = {
  'managed-hsm': MANAGED_HSM,
  'vault-premium': VAULT,
  'vault-standard': VAULT,
}
