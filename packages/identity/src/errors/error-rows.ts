/**
 * The errors of Entra ID, one row each.
 *
 * @see RFC 6749 section 5.2; Microsoft Entra authentication and authorization error codes
 */

/** One error: its OAuth code, the number of its AADSTS code, and its text with names in braces. */
export interface ErrorRow {
  readonly error: string
  readonly code: number
  readonly text: string
  /** Defaults to 400. */
  readonly status?: number
}

/** The name of an error. */
export type EntraErrorName =
  | 'malformedTenant'
  | 'unknownTenant'
  | 'missingParameter'
  | 'repeatedParameter'
  | 'badBody'
  | 'longBody'
  | 'unsupportedGrant'
  | 'unknownApplication'
  | 'missingSecret'
  | 'wrongSecret'
  | 'malformedAssertion'
  | 'wrongAssertionType'
  | 'wrongAssertionSignature'
  | 'wrongAssertionClaims'
  | 'expiredAssertion'
  | 'noFederation'
  | 'badScope'
  | 'scopeWithoutDefault'
  | 'severalResources'
  | 'badClaims'
  | 'wrongPassword'
  | 'unknownUser'
  | 'malformedGrant'
  | 'expiredRefreshToken'
  | 'expiredDeviceCode'
  | 'noSignInPage'

/** The errors. A name in braces stands for a value. */
export const ERROR_ROWS: Readonly<Record<EntraErrorName, ErrorRow>> = Object.freeze({
  malformedTenant: {
    error: 'invalid_request',
    code: 900023,
    text: "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
  },
  unknownTenant: {
    error: 'invalid_request',
    code: 90002,
    text: "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
  },
  missingParameter: {
    error: 'invalid_request',
    code: 900144,
    text: "The request body must contain the following parameter: '{name}'.",
  },
  repeatedParameter: {
    error: 'invalid_request',
    code: 9000411,
    text: "The request is not properly formatted. The parameter '{name}' is duplicated.",
  },
  badBody: {
    error: 'invalid_request',
    code: 900561,
    text: 'The endpoint only accepts POST requests with a body of the type application/x-www-form-urlencoded.',
  },
  longBody: {
    error: 'invalid_request',
    code: 90100,
    text: 'The request body is longer than {most} bytes.',
    status: 413,
  },
  unsupportedGrant: {
    error: 'unsupported_grant_type',
    code: 70003,
    text: "The app requested an unsupported grant type '{grant}'.",
  },
  unknownApplication: {
    error: 'unauthorized_client',
    code: 700016,
    text: "Application with identifier '{client}' was not found in the directory '{tenant}'.",
  },
  missingSecret: {
    error: 'invalid_client',
    code: 7000218,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    status: 401,
  },
  wrongSecret: {
    error: 'invalid_client',
    code: 7000215,
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client}'.",
    status: 401,
  },
  malformedAssertion: {
    error: 'invalid_client',
    code: 50027,
    text: 'JWT token is invalid or malformed.',
    status: 401,
  },
  wrongAssertionType: {
    error: 'invalid_request',
    code: 900144,
    text: "The request body must contain the following parameter: 'client_assertion_type' with the value 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'.",
  },
  wrongAssertionSignature: {
    error: 'invalid_client',
    code: 700027,
    text: "The certificate with identifier used to sign the client assertion is not registered on application '{client}'.",
    status: 401,
  },
  wrongAssertionClaims: {
    error: 'invalid_client',
    code: 700021,
    text: "Client assertion application identifier doesn't match 'client_id' parameter '{client}'.",
    status: 401,
  },
  expiredAssertion: {
    error: 'invalid_client',
    code: 700024,
    text: 'Client assertion is not within its valid time range.',
    status: 401,
  },
  noFederation: {
    error: 'invalid_client',
    code: 700213,
    text: "No matching federated identity record found for presented assertion subject '{subject}'.",
    status: 401,
  },
  badScope: {
    error: 'invalid_scope',
    code: 70011,
    text: "The provided value for the input parameter 'scope' is not valid. The scope '{scope}' is not valid.",
  },
  scopeWithoutDefault: {
    error: 'invalid_scope',
    code: 1002012,
    text: 'The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  },
  severalResources: {
    error: 'invalid_scope',
    code: 28000,
    text: "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope '{scope}' is not valid.",
  },
  badClaims: {
    error: 'invalid_request',
    code: 9002313,
    text: 'Invalid request. Request is malformed or invalid: the claims are not a JSON object.',
  },
  wrongPassword: {
    error: 'invalid_grant',
    code: 50126,
    text: 'Error validating credentials due to invalid username or password.',
  },
  unknownUser: {
    error: 'invalid_grant',
    code: 50034,
    text: 'The user account {user} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.',
  },
  malformedGrant: {
    error: 'invalid_grant',
    code: 70000,
    text: 'Provided grant is invalid or malformed.',
  },
  expiredRefreshToken: {
    error: 'invalid_grant',
    code: 700082,
    text: 'The refresh token has expired due to inactivity.',
  },
  expiredDeviceCode: {
    error: 'expired_token',
    code: 70019,
    text: 'CodeExpired - Verification code expired. Have the user retry the sign-in.',
  },
  noSignInPage: {
    error: 'unsupported_response_type',
    code: 700054,
    text: 'pocket-hsm has no sign-in page. Sign in with a service principal, a device code, or a user name and password.',
  },
})
