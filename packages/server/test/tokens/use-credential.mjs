// Creates a key with the official client and a credential, as production code does: everything else is in the environment.
//
//   node use-credential.mjs NAME OF THE CREDENTIAL

import { readFileSync } from 'node:fs'
import * as identity from '@azure/identity'
import { KeyClient } from '@azure/keyvault-keys'

const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, URL: url, CERTIFICATE } = process.env
const jwt = () => readFileSync(String(process.env.AZURE_FEDERATED_TOKEN_FILE), 'utf8')

const CREDENTIALS = {
  ClientSecretCredential: () => new identity.ClientSecretCredential(tenant, client, 'any'),
  'ClientSecretCredential of a tenant': () =>
    new identity.ClientSecretCredential('22222222-2222-4222-8222-222222222222', client, 'any', {
      disableInstanceDiscovery: true,
    }),
  ClientCertificateCredential: () =>
    new identity.ClientCertificateCredential(tenant, client, CERTIFICATE),
  ClientAssertionCredential: () =>
    new identity.ClientAssertionCredential(tenant, client, async () => jwt()),
  EnvironmentCredential: () => new identity.EnvironmentCredential(),
  WorkloadIdentityCredential: () => new identity.WorkloadIdentityCredential(),
  ManagedIdentityCredential: () => new identity.ManagedIdentityCredential(),
  DefaultAzureCredential: () => new identity.DefaultAzureCredential(),
  UsernamePasswordCredential: () =>
    new identity.UsernamePasswordCredential(tenant, client, 'alice@contoso.com', 'any'),
  DeviceCodeCredential: () =>
    new identity.DeviceCodeCredential({
      tenantId: tenant,
      clientId: client,
      userPromptCallback: () => {},
    }),
}

const credential = CREDENTIALS[process.argv[2]]()
const keys = new KeyClient(url, credential, {
  disableChallengeResourceVerification: true,
  retryOptions: { maxRetries: 0 },
})
const { id } = await keys.createEcKey('orders')
process.stdout.write(`${id}\n`)
