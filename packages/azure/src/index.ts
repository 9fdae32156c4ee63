/** Lets the official Azure SDK talk to a pocket-hsm in your process, with no socket. */

export { type ClientOptions, createClientOptions } from './client/client-options.ts'
export { type AccessToken, type Credential, createCredential } from './client/credential.ts'
export { createFetch } from './transport/create-fetch.ts'
export { createHttpClient } from './transport/http-client.ts'
export type {
  PipelineAbortSignal,
  PipelineHeaders,
  PipelineHttpClient,
  PipelineRequest,
  PipelineResponse,
} from './transport/pipeline.ts'
export type { Source } from './transport/source.ts'
