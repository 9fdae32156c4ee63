/** What interception needs of the platform. `node.ts` provides it in Node.js, Bun and Deno, `none.ts` elsewhere. */

/** A request that code of this process is about to send. */
export interface InterceptedRequest {
  readonly request: Request
  /** Whether something else has answered the request, such as MSW, or its client has aborted it. */
  isSettled(): boolean
  /** Answers the request. */
  respond(response: Response): void
  /** Fails the request as its client would report a connection that fails with this error. */
  fail(error: Error): void
}

/** Called for each request; one that is neither answered nor failed goes to the network. */
export type RequestListener = (intercepted: InterceptedRequest) => Promise<void>

/** The platform. */
export interface InterceptionHost {
  /**
   * Starts to pass the requests of this process to a listener.
   *
   * @param isAnswered - Whether the listener answers or fails what goes to a URL, whatever the request is.
   * @returns Stops it, and restores what was replaced.
   * @throws Error - the platform has no way to intercept requests.
   */
  startInterception(listener: RequestListener, isAnswered: (url: URL) => boolean): () => void
  /** Returns a variable of the environment. */
  environmentVariable(name: string): string | undefined
}
