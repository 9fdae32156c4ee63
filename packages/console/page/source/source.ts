/** Where the page's requests go: a server, or an engine in the page. */

/** A fetch-style function for the keys' REST API and the control API, and what the page has to know about it. */
export interface Source {
  /** Scheme, host and port of both APIs: the start of every key identifier. */
  readonly origin: string
  /** Whether the engine is in the page. */
  readonly isInPage: boolean
  readonly fetch: (request: Request) => Promise<Response>
  /** In the page: makes another HSM in the place of the present one. */
  readonly startOver?: (choice: StartChoice) => void
}

/** What an HSM in the page begins with. */
export interface StartChoice {
  readonly profile: 'managed-hsm' | 'vault-premium' | 'vault-standard'
  readonly content: 'examples' | 'empty' | 'many'
}
