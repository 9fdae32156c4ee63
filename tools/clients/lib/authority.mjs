// Holds: what az asks before it talks to an HSM is answered here, by nobody's account: a token authority and the few
// questions to Resource Manager. Every secret is right, and the tokens are worth nothing anywhere.

import { createServer } from 'node:https'
import { listenOnLoopback } from './listen.mjs'

export const TENANT = '00000000-0000-4000-8000-00000000beef'
const SUBSCRIPTION = '00000000-0000-4000-8000-000000000001'
/** The service principal of the login, and its object id. */
export const CLIENT = '00000000-0000-4000-8000-00000000c0de'

/** Where `az keyvault key create --default-cvm-policy` is told that the attestation service is. */
export const ATTESTATION_SERVICE = 'https://shared.attest.localhost'

/**
 * Starts the authority.
 *
 * @param {{ tls: { key: string, cert: string }, hsmName: string }} options The HSM that Resource Manager knows.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startAuthority({ tls, hsmName }) {
  let url = ''
  const server = createServer(tls, (request, response) => {
    const { pathname } = new URL(request.url ?? '/', url)
    const answer = ANSWERS.find(({ path }) => path.test(pathname))?.answer({ url, hsmName })
    request.resume()
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { error: { code: 'NotFound', message: pathname } }))
  })
  const listening = await listenOnLoopback(server)
  url = `https://localhost:${listening.port}`
  return { url, close: listening.close }
}

/**
 * The cloud that az is registered with: this authority, and the endings of the names of HSMs and vaults.
 *
 * @param {string} url The authority's.
 * @param {{ hsms: string, vaults: string }} endings Such as `.managedhsm.azure.net`; a port may stand behind.
 */
export function cloudOf(url, { hsms, vaults }) {
  return {
    endpoints: {
      // An authority that ends in /adfs is asked for no instance discovery, which would go to Microsoft.
      activeDirectory: `${url}/adfs`,
      activeDirectoryResourceId: `${url}/arm`,
      activeDirectoryGraphResourceId: `${url}/graph`,
      microsoftGraphResourceId: `${url}/graph`,
      management: `${url}/arm`,
      resourceManager: `${url}/arm`,
    },
    suffixes: { mhsmDns: hsms, keyvaultDns: vaults },
  }
}

/** The login of a service principal: any secret is right. */
export const LOGIN = ['--service-principal', '-u', CLIENT, '-p', 'anything', '--tenant', TENANT]

/** A JWT that nobody signed: it names the service principal, for the roles of an HSM. */
const ACCESS_TOKEN = [{ alg: 'none' }, { oid: CLIENT }, {}]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.')

const ANSWERS = [
  {
    path: /^\/adfs\/\.well-known\/openid-configuration$/,
    answer: ({ url }) => ({
      issuer: `${url}/adfs`,
      authorization_endpoint: `${url}/adfs/oauth2/authorize`,
      token_endpoint: `${url}/adfs/oauth2/token`,
    }),
  },
  {
    path: /^\/adfs\/oauth2\/token$/,
    answer: () => ({ token_type: 'bearer', expires_in: 3600, access_token: ACCESS_TOKEN }),
  },
  {
    path: /^\/arm\/metadata\/endpoints$/,
    answer: ({ url }) => ({
      name: 'fake',
      authentication: { loginEndpoint: `${url}/adfs`, audiences: [`${url}/arm`] },
      resourceManager: `${url}/arm`,
      suffixes: {},
    }),
  },
  {
    // Which principals are these? The directory knows none of them.
    path: /^\/graph\/v1\.0\/directoryObjects\/getByIds$/,
    answer: () => ({ value: [] }),
  },
  {
    path: /^\/arm\/subscriptions$/,
    answer: () => ({
      value: [
        {
          id: `/subscriptions/${SUBSCRIPTION}`,
          subscriptionId: SUBSCRIPTION,
          tenantId: TENANT,
          displayName: 'fake',
          state: 'Enabled',
        },
      ],
    }),
  },
  {
    path: /\/providers\/Microsoft\.KeyVault\/managedHSMs$/,
    answer: ({ hsmName }) => ({ value: [{ name: hsmName, location: 'here' }] }),
  },
  {
    path: /\/providers\/Microsoft\.Attestation\/Locations\/here\/defaultProvider$/,
    answer: () => ({ name: 'shared', properties: { attestUri: ATTESTATION_SERVICE } }),
  },
]
