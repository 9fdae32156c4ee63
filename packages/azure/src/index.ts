/** Connects the official Azure SDK to a pocket-hsm in your process, without a socket; or answers what production code sends to Azure. */

export { type ClientOptions, createClientOptions } from './client/client-options.ts'
export {
  type AccessToken,
  type Credential,
  createCredential,
  type TokenOptions,
} from './client/credential.ts'
export {
  type InterceptAzureOptions,
  type Interception,
  interceptAzure,
  type UnhandledRequestStrategy,
} from './intercept/intercept-azure.ts'
export type { InterceptedHsms } from './intercept/intercepted-hsms.ts'
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
