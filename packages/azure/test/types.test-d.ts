/** What is made here fits the clients of every version, by the types of each. */

import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { KeyClient as KeyClient48 } from 'keyvault-keys-4-8'
import { KeyClient as KeyClient49 } from 'keyvault-keys-4-9'
import { createHsm } from 'pocket-hsm'
import { createClientOptions, createCredential } from '../src/index.ts'

const options = createClientOptions(createHsm())
const credential = createCredential()

export const clients: readonly unknown[] = [
  new KeyClient('https://hsm.test', credential, options),
  new KeyClient('https://hsm.test', credential, { ...options, retryOptions: { maxRetries: 0 } }),
  new CryptographyClient('https://hsm.test/keys/k', credential, options),
  new KeyClient49('https://hsm.test', credential, options),
  new KeyClient48('https://hsm.test', credential, options),
]
