/** Every credential of `@azure/identity` that production code uses, as it is, with the checks of the SDK. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ClientAssertionCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  UsernamePasswordCredential,
  WorkloadIdentityCredential,
} from '@azure/identity'
import { KeyClient } from '@azure/keyvault-keys'
import { objectIdOf } from '@pocket-hsm/identity'
import { createHsm, readAudit } from 'pocket-hsm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { interceptAzure } from '../../src/index.ts'

const TENANT = '11111111-1111-4111-8111-111111111111'
const CLIENT = '22222222-2222-4222-8222-222222222222'
const VAULT = 'https://contoso.vault.azure.net'

/** What another issuer says of a workload. Without a table of federations, its signature is not verified. */
const ASSERTION = [
  { alg: 'RS256' },
  { iss: 'https://cluster.test', sub: 'orders', aud: 'api://AzureADTokenExchange', exp: 4e9 },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('c2ln')
  .join('.')

const folders: string[] = []

/** A file as Kubernetes mounts it. */
function tokenFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'federated-'))
  folders.push(folder)
  const file = join(folder, 'token')
  writeFileSync(file, ASSERTION)
  return file
}

afterEach(() => {
  vi.unstubAllEnvs()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const APP = objectIdOf(CLIENT)
const MACHINE = objectIdOf('system-assigned')

describe('a key is created, by the identity of the credential, with', () => {
  it.each<[string, Readonly<Record<string, string>>, () => TokenCredential, string]>([
    ['ClientSecretCredential', {}, () => new ClientSecretCredential(TENANT, CLIENT, 'secret'), APP],
    [
      'ClientAssertionCredential',
      {},
      () => new ClientAssertionCredential(TENANT, CLIENT, async () => ASSERTION),
      APP,
    ],
    [
      'WorkloadIdentityCredential',
      {},
      () =>
        new WorkloadIdentityCredential({
          tenantId: TENANT,
          clientId: CLIENT,
          tokenFilePath: tokenFile(),
        }),
      APP,
    ],
    [
      'UsernamePasswordCredential',
      {},
      () => new UsernamePasswordCredential(TENANT, CLIENT, 'alice@contoso.com', 'secret'),
      objectIdOf('alice@contoso.com'),
    ],
    ['EnvironmentCredential', environmentWithSecret(), () => new EnvironmentCredential(), APP],
    [
      'DefaultAzureCredential and a secret in the environment',
      environmentWithSecret(),
      () => new DefaultAzureCredential(),
      APP,
    ],
    ['DefaultAzureCredential and nothing', {}, () => new DefaultAzureCredential(), MACHINE],
    [
      'ManagedIdentityCredential on a virtual machine',
      {},
      () => new ManagedIdentityCredential(),
      MACHINE,
    ],
    [
      'ManagedIdentityCredential with a client id',
      {},
      () => new ManagedIdentityCredential({ clientId: CLIENT }),
      APP,
    ],
  ])('%s', async (_, environment, createCredential, caller) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    const hsm = createHsm({ baseUrl: VAULT, profile: 'vault-premium' })
    using _stop = interceptAzure(hsm)
    await new KeyClient(VAULT, createCredential()).createEcKey('orders')
    expect(readAudit(hsm).entries.map((entry) => entry.caller)).toEqual([caller])
  })
})

function environmentWithSecret(): Readonly<Record<string, string>> {
  return { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_SECRET: 'secret' }
}

it('a managed identity of App Service gets its token from the address in the environment', async () => {
  vi.stubEnv('IDENTITY_ENDPOINT', 'http://localhost:42356/msi/token')
  vi.stubEnv('IDENTITY_HEADER', 'any')
  using _stop = interceptAzure([], { onUnhandledRequest: 'error' })
  const url =
    'http://localhost:42356/msi/token?api-version=2019-08-01&resource=https://vault.azure.net'
  const response = await fetch(url, { headers: { 'x-identity-header': 'any' } })
  expect(await response.json()).toMatchObject({ token_type: 'Bearer' })
  await expect(fetch('http://localhost:42356/other')).rejects.toThrow('fetch failed')
})

it('who is not among the applications gets no token', async () => {
  const identity = { applications: [{ clientId: CLIENT, secrets: ['right'] }] }
  using _stop = interceptAzure([], { identity })
  const scope = 'https://vault.azure.net/.default'
  const wrong = new ClientSecretCredential(TENANT, CLIENT, 'wrong').getToken(scope)
  await expect(wrong).rejects.toThrow('AADSTS7000215')
  const { token } = await new ClientSecretCredential(TENANT, CLIENT, 'right').getToken(scope)
  expect(token.split('.')).toHaveLength(3)
})
