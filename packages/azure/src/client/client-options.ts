/** The options of the SDK's clients. */

import { httpClientOf } from '../transport/http-client.ts'
import type { PipelineHttpClient } from '../transport/pipeline.ts'
import { handlerOf, type Source } from '../transport/source.ts'

/** Options for `KeyClient` and `CryptographyClient`. */
export interface ClientOptions {
  readonly httpClient: PipelineHttpClient
  /** Turns the verification of the challenge off, so that any address can be used. */
  readonly disableChallengeResourceVerification: true
}

/**
 * Makes the options of `KeyClient` and `CryptographyClient`: the transport, and permission to use any address.
 *
 * @param source - An HSM or a handler.
 * @returns Options to pass, or to spread among others such as `retryOptions`.
 * @throws TypeError - a source that is neither.
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
  const httpClient = httpClientOf(handlerOf(source, 'createClientOptions'))
  return { httpClient, disableChallengeResourceVerification: true }
}
