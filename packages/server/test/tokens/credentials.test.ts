/** Every credential of @azure/identity that tests use, with a server that has identity: programs of their own. */

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { objectIdOf } from '@pocket-hsm/identity'
import { afterAll, describe, expect, it } from 'vitest'
import { makeRsaCertificate } from '../rsa-certificate.ts'
import { testServers } from '../test-server.ts'

const run = promisify(execFile)
const PROGRAM = fileURLToPath(new URL('use-credential.mjs', import.meta.url))

const { start } = testServers()
const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-credentials-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SERVICE_PRINCIPAL = [
  'AZURE_AUTHORITY_HOST',
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
]
const WORKLOAD = ['AZURE_AUTHORITY_HOST', 'AZURE_TENANT_ID', 'AZURE_CLIENT_ID']
const IMDS = ['AZURE_POD_IDENTITY_AUTHORITY_HOST']
const APP_SERVICE = ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER']

const client = objectIdOf('00000000-0000-4000-8000-00000000c0de')
const machine = objectIdOf('system-assigned')

interface Row {
  readonly name: string
  readonly credential?: string
  /** The variables of the server that the program gets. */
  readonly variables: readonly string[]
  readonly caller: string
}

const ROWS: readonly Row[] = [
  { name: 'ClientSecretCredential', variables: SERVICE_PRINCIPAL, caller: client },
  { name: 'ClientSecretCredential of a tenant', variables: SERVICE_PRINCIPAL, caller: client },
  { name: 'ClientCertificateCredential', variables: WORKLOAD, caller: client },
  { name: 'ClientAssertionCredential', variables: WORKLOAD, caller: client },
  { name: 'EnvironmentCredential', variables: SERVICE_PRINCIPAL, caller: client },
  { name: 'WorkloadIdentityCredential', variables: WORKLOAD, caller: client },
  { name: 'ManagedIdentityCredential', variables: IMDS, caller: machine },
  {
    name: 'ManagedIdentityCredential in App Service',
    credential: 'ManagedIdentityCredential',
    variables: APP_SERVICE,
    caller: machine,
  },
  {
    name: 'DefaultAzureCredential with a secret in the environment',
    credential: 'DefaultAzureCredential',
    variables: SERVICE_PRINCIPAL,
    caller: client,
  },
  {
    name: 'DefaultAzureCredential with a managed identity',
    credential: 'DefaultAzureCredential',
    variables: IMDS,
    caller: machine,
  },
  {
    name: 'UsernamePasswordCredential',
    variables: WORKLOAD,
    caller: objectIdOf('alice@contoso.com'),
  },
  {
    name: 'DeviceCodeCredential',
    variables: WORKLOAD,
    caller: objectIdOf('user@pocket-hsm.test'),
  },
]

describe('with a server', () => {
  it.each(ROWS)('$name creates a key', async ({ name, credential = name, variables, caller }) => {
    const server = await start({ identity: true, control: true })
    const { stdout } = await run(process.execPath, [PROGRAM, credential], {
      env: {
        PATH: process.env['PATH'],
        ...pick(server.environment ?? {}, variables),
        ...(await files()),
        NODE_EXTRA_CA_CERTS: server.caFile,
        URL: server.url,
      },
    })
    expect(stdout).toContain(`${server.url}/keys/orders/`)
    const { json } = await server.send('GET /control/audit', { token: null })
    expect(JSON.stringify(json)).toContain(`"caller":"${caller}"`)
  })
})

const pick = (from: Readonly<Record<string, string>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)))

/** A federated token and a certificate; a service principal with a secret does not read them. */
async function files(): Promise<NodeJS.ProcessEnv> {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = join(folder, 'token')
  writeFileSync(token, `${part({ alg: 'RS256' })}.${part({ exp: 4e9 })}.${part({})}`)
  const certificate = join(folder, 'certificate.pem')
  writeFileSync(certificate, await makeRsaCertificate())
  return { AZURE_FEDERATED_TOKEN_FILE: token, CERTIFICATE: certificate }
}
