/** Lets the official Azure SDK talk to a pocket-hsm in your process, with no socket. */

export { type ClientOptions, createClientOptions } from './client-options.ts'
export { createFetch } from './create-fetch.ts'
export { type AccessToken, type Credential, createCredential } from './credential.ts'
export { createHttpClient } from './http-client.ts'
export type {
  PipelineAbortSignal,
  PipelineHeaders,
  PipelineHttpClient,
  PipelineRequest,
  PipelineResponse,
} from './pipeline.ts'
export type { Source } from './source.ts'
