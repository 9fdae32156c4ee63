/** Everything that a client of the SDK has to be told. */

import { createHttpClient } from '../transport/http-client.ts'
import type { PipelineHttpClient } from '../transport/pipeline.ts'
import type { Source } from '../transport/source.ts'

/** Options for `KeyClient` and `CryptographyClient`. */
export interface ClientOptions {
  readonly httpClient: PipelineHttpClient
  /** Any address will do, also one that is not of Azure. */
  readonly disableChallengeResourceVerification: true
}

/**
 * Makes the options of `KeyClient` and `CryptographyClient`: the transport, and leave for any address.
 *
 * @param source - The HSM, or a handler.
 * @returns Options to pass, or to spread among others such as `retryOptions`.
 *
 * @example
 * ```ts
 * import { KeyClient } from '@azure/keyvault-keys'
 * import { createClientOptions, createCredential } from '@pocket-hsm/azure'
 * import { createHsm } from 'pocket-hsm'
 *
 * const client = new KeyClient('https://hsm.test', createCredential(), createClientOptions(createHsm()))
 * const key = await client.createRsaKey('content', { keySize: 2048 })
 * key.properties.vaultUrl // 'https://hsm.test'
 * ```
 */
export function createClientOptions(source: Source): ClientOptions {
  return { httpClient: createHttpClient(source), disableChallengeResourceVerification: true }
}
