/** ManagedIdentityCredential in App Service, Cloud Shell and on a machine with Azure Arc: the environment decides. */

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { objectIdOf } from '../../src/index.ts'

const WORKER = new URL('../support/managed-identity-worker.mjs', import.meta.url)
const CLIENT = '11111111-1111-4111-8111-111111111111'

it.each([
  {
    source: 'App Service',
    env: { IDENTITY_ENDPOINT: 'http://localhost:4141/msi/token', IDENTITY_HEADER: 'any' },
    options: { clientId: CLIENT },
    oid: objectIdOf(CLIENT),
    request: 'GET http://localhost:4141/msi/token',
  },
  {
    source: 'Cloud Shell',
    env: { MSI_ENDPOINT: 'http://localhost:4141/msi/token' },
    options: {},
    oid: objectIdOf('system-assigned'),
    request: 'POST http://localhost:4141/msi/token',
  },
  {
    source: 'Azure Arc',
    env: {
      IDENTITY_ENDPOINT: 'http://127.0.0.1:40342/metadata/identity/oauth2/token',
      IMDS_ENDPOINT: 'http://127.0.0.1:40342',
    },
    options: { clientId: CLIENT },
    oid: objectIdOf(CLIENT),
    request: 'GET http://127.0.0.1:40342/metadata/identity/oauth2/token',
  },
])('ManagedIdentityCredential gets a token from $source', async (row) => {
  const worker = new Worker(WORKER, { env: row.env, workerData: row.options })
  const [{ requests, claims }] = await once(worker, 'message')
  expect(requests).toEqual([row.request])
  expect(claims).toMatchObject({ aud: 'https://vault.azure.net', oid: row.oid })
  await worker.terminate()
})
