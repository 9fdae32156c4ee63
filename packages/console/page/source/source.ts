/** Where the page's requests go: a server, or an engine in the page. */

/** A fetch-style function for the keys' REST API and the control API, and what the page has to know about it. */
export interface Source {
  /** Scheme, host and port of both APIs: the start of every key identifier. */
  readonly origin: string
  /** Whether the engine is in the page. */
  readonly isInPage: boolean
  readonly fetch: (request: Request) => Promise<Response>
  /** In the page: an attestation authority that its HSMs trust, and an enclave. */
  readonly attestation?: PageAttestation
  /** In the page: makes another HSM in the place of the present one. */
  readonly startOver?: (choice: StartChoice) => void
}

/** Who vouches for a target in the page, and the target. */
export interface PageAttestation {
  /** Its URL, for policies. */
  readonly issuer: string
  /** Makes a token about the enclave. The first makes the enclave's key too, which takes a second or two. */
  readonly mintToken: (claims: object) => string
  /** What the enclave reads of the result of a secure unwrap. */
  readonly openUnwrappedKey: (value: Uint8Array) => Uint8Array
  /** What the enclave reads of a release: a JWK. */
  readonly openRelease: (value: string) => object
}

/** What an HSM in the page begins with. */
export interface StartChoice {
  readonly profile: 'managed-hsm' | 'vault-premium' | 'vault-standard'
  readonly content: 'examples' | 'empty' | 'many'
}
