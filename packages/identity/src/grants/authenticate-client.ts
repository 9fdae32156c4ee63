/**
 * How an application proves who it is: a secret, or a signed assertion.
 *
 * @see RFC 6749 section 2.3.1; RFC 7523 section 3; Microsoft identity platform: certificate credentials, workload identity federation
 */

import { isSame } from '../directory/directory.ts'
import { entraError } from '../errors/entra-error.ts'
import type { Application, Federation } from '../options/options.ts'
import { keyOfJwk, keyOfPem } from '../options/public-keys.ts'
import type { ClientProof } from '../tokens/claims.ts'
import { hasSignatureOf, isInTime, type ParsedJwt, parseJwt } from '../tokens/jwt.ts'
import type { TokenRequest } from './grant-context.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const EXCHANGE = 'api://AzureADTokenExchange'

/** The clocks of client and server may differ by so many seconds. */
const TOLERANCE = 300

/**
 * Checks the credential of an application as far as the options say what is right: an application without secrets,
 * certificates and federations may use any, but an assertion must be a JWT that has not expired.
 */
export function authenticateClient(request: TokenRequest, application: Application): ClientProof {
  const { form } = request
  const assertion = form.get('client_assertion')
  if (assertion !== undefined) {
    if (form.get('client_assertion_type') !== ASSERTION_TYPE) throw entraError('wrongAssertionType')
    checkAssertion(request, application, assertion)
    return '2'
  }
  const secret = form.get('client_secret')
  if (secret === undefined) throw entraError('missingSecret')
  const { clientId, secrets = [] } = application
  if (isOpen(application) || secrets.some((known) => isSame(known, secret))) return '1'
  throw entraError('wrongSecret', { client: clientId })
}

const isOpen = ({ secrets, certificates, federations }: Application): boolean =>
  secrets === undefined && certificates === undefined && federations === undefined

function checkAssertion(request: TokenRequest, application: Application, assertion: string): void {
  const token = parseJwt(assertion)
  if (token === undefined) throw entraError('malformedAssertion')
  if (!isInTime(token.claims, request.now, TOLERANCE)) throw entraError('expiredAssertion')
  if (isOpen(application)) return
  const { clientId, certificates = [], federations = [] } = application
  // The application's own assertion, or one of an issuer that it trusts.
  const isOwn = token.claims['iss'] === token.claims['sub'] && certificates.length > 0
  if (!isOwn) {
    checkFederation(token, federations)
    return
  }
  if (!isSameId(token.claims['sub'], clientId)) {
    throw entraError('wrongAssertionClaims', { client: clientId })
  }
  if (certificates.map(keyOfPem).some((key) => hasSignatureOf(token, key))) return
  throw entraError('wrongAssertionSignature', { client: clientId })
}

const isSameId = (claim: unknown, id: string): boolean =>
  typeof claim === 'string' && claim.toLowerCase() === id.toLowerCase()

function checkFederation(token: ParsedJwt, federations: readonly Federation[]): void {
  const { iss, sub, aud } = token.claims
  const federation = federations.find(
    ({ issuer, subject, audience = EXCHANGE }) =>
      issuer === iss && subject === sub && [aud].flat().includes(audience),
  )
  if (federation === undefined) throw entraError('noFederation', { subject: String(sub) })
  const keys = federation.keys?.map(keyOfJwk)
  if (keys === undefined || keys.some((key) => hasSignatureOf(token, key))) return
  throw entraError('noFederation', { subject: String(sub) })
}
