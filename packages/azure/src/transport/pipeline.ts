/** The interfaces of `@azure/core-rest-pipeline`, as much of them as is needed here: by shape, so that no version is bound. */

/** Headers as the pipeline has them. */
export interface PipelineHeaders extends Iterable<[string, string]> {
  get(name: string): string | undefined
  has(name: string): boolean
  set(name: string, value: string | number | boolean): void
  delete(name: string): void
  toJSON(options?: { preserveCase?: boolean }): { [name: string]: string }
}

/** A signal, of the platform or of `@azure/abort-controller`. */
export interface PipelineAbortSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** What is read of a request. */
export interface PipelineRequest {
  readonly url: string
  readonly method: string
  readonly headers: { toJSON(): { [name: string]: string } }
  /** Text or bytes; the keys' clients send nothing else. */
  readonly body?: unknown
  /** Milliseconds; 0 for none. */
  readonly timeout?: number
  readonly abortSignal?: PipelineAbortSignal | undefined
}

/** What is answered. */
export interface PipelineResponse<Request> {
  readonly request: Request
  readonly status: number
  readonly headers: PipelineHeaders
  readonly bodyAsText: string | null
}

/** The client under a pipeline. */
export interface PipelineHttpClient {
  /** Sends one request; retries and tokens are the pipeline's affair. */
  sendRequest<Request extends PipelineRequest>(request: Request): Promise<PipelineResponse<Request>>
}
