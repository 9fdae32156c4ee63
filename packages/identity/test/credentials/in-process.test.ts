/** Every credential of @azure/identity and MSAL that tests use, unchanged, in one process with the handler. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  DeviceCodeCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  UsernamePasswordCredential,
  WorkloadIdentityCredential,
} from '@azure/identity'
import { ConfidentialClientApplication, ManagedIdentityApplication } from '@azure/msal-node'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createIdentityHandler, objectIdOf } from '../../src/index.ts'
import { type Interception, intercept } from '../support/intercept.ts'
import { makeCertificate } from '../support/make-certificate.ts'
import { unsignedJwt } from '../support/unsigned-jwt.ts'

const TENANT = '22222222-2222-4222-8222-222222222222'
const CLIENT = '11111111-1111-4111-8111-111111111111'
const SCOPE = 'https://vault.azure.net/.default'

/** A resource for each row: MSAL keeps the tokens of managed identities for the whole process. */
const resourceOf = (index: number) => `https://row-${index}.vault.azure.net`
const TOKEN_ENDPOINT = `POST https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`
const IMDS = 'GET http://169.254.169.254/metadata/identity/oauth2/token'

const identity = createIdentityHandler({ seed: 'credentials' })
const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-identity-'))
const certificate = join(folder, 'certificate.pem')
const federated = join(folder, 'token')
writeFileSync(certificate, makeCertificate())
writeFileSync(federated, unsignedJwt({ iss: 'https://issuer.example', sub: 'pod', exp: 4e9 }))

let interception: Interception
beforeEach(() => {
  interception = intercept(identity)
})
afterEach(() => {
  interception.stop()
  vi.unstubAllEnvs()
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Row {
  readonly name: string
  readonly env?: Readonly<Record<string, string>>
  readonly create: () => TokenCredential
  readonly oid: string
  readonly first: string
}

const ofClient = { oid: objectIdOf(CLIENT), first: TOKEN_ENDPOINT }
const ofMachine = { oid: objectIdOf('system-assigned'), first: IMDS }
const ENVIRONMENT = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT }
const WORKLOAD = { ...ENVIRONMENT, AZURE_FEDERATED_TOKEN_FILE: federated }
const SECRET = { ...ENVIRONMENT, AZURE_CLIENT_SECRET: 'any' }

const ROWS: readonly Row[] = [
  {
    name: 'ClientSecretCredential',
    create: () => new ClientSecretCredential(TENANT, CLIENT, 'any'),
    ...ofClient,
  },
  {
    name: 'ClientCertificateCredential',
    create: () => new ClientCertificateCredential(TENANT, CLIENT, certificate),
    ...ofClient,
  },
  {
    name: 'ClientAssertionCredential',
    create: () =>
      new ClientAssertionCredential(TENANT, CLIENT, async () => unsignedJwt({ exp: 4e9 })),
    ...ofClient,
  },
  {
    name: 'EnvironmentCredential with a secret',
    env: SECRET,
    create: () => new EnvironmentCredential(),
    ...ofClient,
  },
  {
    name: 'EnvironmentCredential with a certificate',
    env: { ...ENVIRONMENT, AZURE_CLIENT_CERTIFICATE_PATH: certificate },
    create: () => new EnvironmentCredential(),
    ...ofClient,
  },
  {
    name: 'WorkloadIdentityCredential',
    env: WORKLOAD,
    create: () => new WorkloadIdentityCredential(),
    ...ofClient,
  },
  {
    name: 'ManagedIdentityCredential',
    create: () => new ManagedIdentityCredential(),
    ...ofMachine,
  },
  {
    name: 'ManagedIdentityCredential with a client id',
    create: () => new ManagedIdentityCredential({ clientId: CLIENT }),
    oid: objectIdOf(CLIENT),
    first: IMDS,
  },
  {
    name: 'DefaultAzureCredential with a secret in the environment',
    env: SECRET,
    create: () => new DefaultAzureCredential(),
    ...ofClient,
  },
  {
    name: 'DefaultAzureCredential with a workload identity',
    env: WORKLOAD,
    create: () => new DefaultAzureCredential(),
    ...ofClient,
  },
  {
    name: 'DefaultAzureCredential with nothing set',
    create: () => new DefaultAzureCredential(),
    ...ofMachine,
  },
  {
    name: 'UsernamePasswordCredential',
    create: () => new UsernamePasswordCredential(TENANT, CLIENT, 'alice@contoso.com', 'any'),
    oid: objectIdOf('alice@contoso.com'),
    first: TOKEN_ENDPOINT,
  },
  {
    name: 'DeviceCodeCredential',
    create: () =>
      new DeviceCodeCredential({
        tenantId: TENANT,
        clientId: CLIENT,
        userPromptCallback: () => {},
      }),
    oid: objectIdOf('user@pocket-hsm.test'),
    first: `POST https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/devicecode`,
  },
]

describe('in one process', () => {
  it.each(ROWS.map((row, index) => ({ ...row, resource: resourceOf(index) })))(
    '$name gets a token',
    async ({ env = {}, create, oid, first, resource }) => {
      for (const name of VARIABLES) vi.stubEnv(name, env[name])
      const token = await create().getToken(`${resource}/.default`)
      const { claims } = identity.verifyToken(String(token?.token), { audiences: [resource] })
      expect(claims).toMatchObject({ oid, ver: '1.0' })
      expect(
        Math.abs(Number(token?.expiresOnTimestamp) / 1000 - Number(claims?.['exp'])),
      ).toBeLessThan(60)
      expect(interception.requests.at(0)).toBe(first)
    },
  )

  it('MSAL gets a token for an application', async () => {
    const client = new ConfidentialClientApplication({
      auth: {
        clientId: CLIENT,
        clientSecret: 'any',
        authority: `https://login.microsoftonline.com/${TENANT}`,
      },
    })
    const result = await client.acquireTokenByClientCredential({ scopes: [SCOPE] })
    const { claims } = identity.verifyToken(String(result?.accessToken))
    expect(claims).toMatchObject({ appid: CLIENT, tid: TENANT })
  })

  it('MSAL gets a token for a managed identity', async () => {
    for (const name of VARIABLES) vi.stubEnv(name, undefined)
    const resourceId = '/subscriptions/s/resourcegroups/g/providers/p/userAssignedIdentities/i'
    const client = new ManagedIdentityApplication({
      managedIdentityIdParams: { userAssignedResourceId: resourceId },
    })
    const result = await client.acquireToken({ resource: 'https://vault.azure.net' })
    const { claims } = identity.verifyToken(String(result?.accessToken))
    expect(claims).toMatchObject({ oid: objectIdOf(resourceId), xms_mirid: resourceId })
  })

  it('a user’s token is renewed by its refresh token, for another resource too', async () => {
    const credential = new UsernamePasswordCredential(TENANT, CLIENT, 'alice@contoso.com', 'any')
    await credential.getToken(SCOPE)
    const other = await credential.getToken('https://managedhsm.azure.net/.default')
    const { claims } = identity.verifyToken(String(other?.token))
    expect(claims).toMatchObject({ aud: 'https://managedhsm.azure.net', upn: 'alice@contoso.com' })
  })
})

/** The variables that choose a credential; whatever the machine has set must not. */
const VARIABLES = [
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_FEDERATED_TOKEN_FILE',
  'AZURE_AUTHORITY_HOST',
  'AZURE_POD_IDENTITY_AUTHORITY_HOST',
  'AZURE_TOKEN_CREDENTIALS',
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  'IMDS_ENDPOINT',
  'MSI_ENDPOINT',
  'MSI_SECRET',
]
