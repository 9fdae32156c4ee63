/** What an HSM asks of an external key manager, and what that answers: the EKM Proxy API, with bytes for base64url. */

/** A key of an external key manager. */
export interface ExternalKeyReference {
  /** What the external key manager knows the key by: 1 to 64 letters, digits and hyphens; case counts. */
  readonly id: string
}

/**
 * Where the external key manager of an HSM is.
 *
 * @see Managed HSM REST API 2026-01-01-preview, EKM connections
 */
export interface EkmConnection {
  /** The host of the EKM proxy, with a port if it has one; in mode `PrivateEndpoint` the name of a private endpoint. */
  readonly host: string
  /** What its paths begin with: at most 64 letters, digits, slashes and hyphens. */
  readonly pathPrefix?: string
  /** The certificates that the proxy's own is checked against: DER, the root first. */
  readonly serverCaCertificates: readonly Uint8Array[]
  /** The common name of the proxy's certificate. */
  readonly serverSubjectCommonName?: string
  /** Whether the proxy is reached through a private endpoint. Absent: it is not. */
  readonly connectivityMode?: EkmConnectivityMode
}

/** How an EKM proxy is reached. */
export type EkmConnectivityMode = 'Public' | 'PrivateEndpoint'

/** What relates the logs of the HSM to those of the external key manager. */
export interface ExternalKeyRequestContext {
  /** The `x-ms-client-request-id` of the client, if it sent one. */
  readonly requestId?: string
  /** A GUID of the HSM's. */
  readonly correlationId: string
  /** The name of the HSM: the first label of its host. */
  readonly poolName: string
}

/** What all requests have. */
interface ToExternalKeyManager {
  readonly connection: EkmConnection
  readonly context: ExternalKeyRequestContext
}

/** The request of a connection check: `POST /info`. */
export interface ExternalInfoRequest extends ToExternalKeyManager {
  readonly operation: 'info'
}

/** The request that the creation of an external key makes: `POST /{keyId}/metadata`. */
export interface ExternalMetadataRequest extends ToExternalKeyManager {
  readonly operation: 'metadata'
  /** The id of the external key. */
  readonly keyId: string
}

/** The request that the use of an external key makes: `POST /{keyId}/wrapkey`, `POST /{keyId}/unwrapkey`. */
export interface ExternalUseRequest extends ToExternalKeyManager {
  readonly operation: 'wrapKey' | 'unwrapKey'
  /** The id of the external key. */
  readonly keyId: string
  readonly alg: ExternalKeyAlgorithm
  /** The key to wrap, or the wrapped key. */
  readonly value: Uint8Array
}

/** A request to an external key manager. */
export type ExternalKeyRequest = ExternalInfoRequest | ExternalMetadataRequest | ExternalUseRequest

/** The algorithms of external keys: `RSA-OAEP` has SHA-1, `RSA-OAEP-256` SHA-256; `A256KWP` is AES key wrap with padding. */
export type ExternalKeyAlgorithm = 'RSA-OAEP' | 'RSA-OAEP-256' | 'A256KW' | 'A256KWP'

/** What an EKM proxy says of itself. */
export interface EkmProxyInfo {
  /** The highest version of the EKM Proxy API that it has. */
  readonly apiVersion: string
  readonly proxyVendor: string
  /** With its version. */
  readonly proxyName: string
  readonly ekmVendor: string
  /** With its version. */
  readonly ekmProduct: string
}

/** What an external key manager says of a key. */
export interface ExternalKeyMetadata {
  readonly keyType: 'RSA' | 'oct'
  /** Bits: 2048, 3072 or 4096 for RSA, 256 for oct. */
  readonly keySize: number
  /** Of RSA: the modulus, big-endian, without leading zeros. */
  readonly n?: Uint8Array
  /** Of RSA: the public exponent, big-endian, without leading zeros. */
  readonly e?: Uint8Array
}

/** The result of a wrap or an unwrap. */
export interface ExternalKeyResult {
  readonly value: Uint8Array
}

/** A refusal: the caller of the HSM gets the same. */
export interface ExternalKeyFailure {
  /** 400 to 599. */
  readonly status: number
  /** For example `KeyNotFound`, `KeyDisabled`, `Throttled`. */
  readonly code: string
  readonly message: string
}

/** What an external key manager answers: what belongs to the request, or a refusal. */
export type ExternalKeyAnswer =
  | EkmProxyInfo
  | ExternalKeyMetadata
  | ExternalKeyResult
  | ExternalKeyFailure

/**
 * An external key manager: takes a request, returns its answer at once. If it throws, it cannot be reached.
 *
 * A test gives one to `createHsm`. {@link createExternalKeyManager} makes one of another HSM.
 */
export type ExternalKeyManager = (request: ExternalKeyRequest) => ExternalKeyAnswer

/** Milliseconds in which an external key manager has to answer. */
export const EXTERNAL_KEY_BUDGET = 250

/**
 * The refusals of an HSM in place of an external key manager that gives no answer. A test can have its function return one.
 *
 * @see Managed HSM external key management, troubleshooting
 *
 * @example
 * ```ts
 * import { EXTERNAL_KEY_FAILURES } from 'pocket-hsm'
 *
 * EXTERNAL_KEY_FAILURES.tooSlow.status // 504
 * EXTERNAL_KEY_FAILURES.unreachable.status // 502
 * ```
 */
export const EXTERNAL_KEY_FAILURES: Readonly<
  Record<'tooSlow' | 'unreachable' | 'wrong', ExternalKeyFailure>
> = {
  tooSlow: {
    status: 504,
    code: 'GatewayTimeout',
    message: `The external key manager did not answer within ${EXTERNAL_KEY_BUDGET} ms.`,
  },
  unreachable: {
    status: 502,
    code: 'BadGateway',
    message: 'The external key manager cannot be reached.',
  },
  wrong: {
    status: 502,
    code: 'BadGateway',
    message: 'The external key manager gave an answer that is not valid.',
  },
}
