/** The parts of `@azure/core-rest-pipeline`'s interfaces that are used here: by shape, so that any version fits. */

/** Headers of the pipeline. */
export interface PipelineHeaders extends Iterable<[string, string]> {
  get(name: string): string | undefined
  has(name: string): boolean
  set(name: string, value: string | number | boolean): void
  delete(name: string): void
  toJSON(options?: { preserveCase?: boolean }): { [name: string]: string }
}

/** An abort signal of the platform or of `@azure/abort-controller`. */
export interface PipelineAbortSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** A request of the pipeline. */
export interface PipelineRequest {
  readonly url: string
  readonly method: string
  readonly headers: { toJSON(): { [name: string]: string } }
  /** Text or bytes: clients for keys send nothing else. */
  readonly body?: unknown
  /** Milliseconds; 0 for none. */
  readonly timeout?: number
  readonly abortSignal?: PipelineAbortSignal | undefined
}

/** A response for the pipeline. */
export interface PipelineResponse<Request> {
  readonly request: Request
  readonly status: number
  readonly headers: PipelineHeaders
  readonly bodyAsText: string | null
}

/** The HTTP client of a pipeline. */
export interface PipelineHttpClient {
  /** Sends one request; the pipeline handles retries and tokens. */
  sendRequest<Request extends PipelineRequest>(request: Request): Promise<PipelineResponse<Request>>
}
