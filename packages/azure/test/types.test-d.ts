/** What is made here fits the clients of every version, by the types of each. */

import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { KeyClient as KeyClient48 } from 'keyvault-keys-4-8'
import { KeyClient as KeyClient49 } from 'keyvault-keys-4-9'
import { createHsm } from 'pocket-hsm'
import {
  createClientOptions,
  createCredential,
  type InterceptAzureOptions,
  interceptAzure,
} from '../src/index.ts'

const options = createClientOptions(createHsm())
const credential = createCredential()

export const clients: readonly unknown[] = [
  new KeyClient('https://hsm.test', credential, options),
  new KeyClient('https://hsm.test', credential, { ...options, retryOptions: { maxRetries: 0 } }),
  new CryptographyClient('https://hsm.test/keys/k', credential, options),
  new KeyClient49('https://hsm.test', credential, options),
  new KeyClient48('https://hsm.test', credential, options),
]

const strict: InterceptAzureOptions = {
  handler: { strict: true },
  identity: { users: [{ name: 'alice@contoso.com' }] },
  onUnhandledRequest: ({ url }) => (url.startsWith('http://localhost') ? 'bypass' : 'error'),
}

export function startAll(): void {
  using one = interceptAzure(createHsm())
  using several = interceptAzure([createHsm()], strict)
  const byHost = interceptAzure({ 'hsm.test': createHsm() }, { identity: false })
  byHost()
  one()
  several()
  // @ts-expect-error A misspelt strategy.
  interceptAzure(createHsm(), { onUnhandledRequest: 'warn' })
  // @ts-expect-error A handler is no HSM.
  interceptAzure(async () => new Response())
}
