/** What callers say of an EKM connection, read once and checked here. */

import { importCertificateKey, isCryptoError } from '@pocket-hsm/crypto'
import type { EkmConnection } from '../external-keys/external-key-manager.ts'
import { badParameter, printable } from '../hsm-error.ts'
import { OPTION_CHECKS, type OptionTable, optionTable } from '../options/check-options.ts'

const { bytes, listOf, string } = OPTION_CHECKS

/** The members of a connection. */
export const CONNECTION_OPTIONS: OptionTable<EkmConnection> = optionTable<EkmConnection>({
  host: string,
  pathPrefix: string,
  serverCaCertificates: listOf(bytes),
  serverSubjectCommonName: string,
  connectivityMode: string,
})

/** RFC 1035 section 2.3.4, and a port. */
const HOST = /^[0-9a-z.:-]{1,259}$/i
const PATH_PREFIX = /^[0-9a-z/-]{0,64}$/i
const LONGEST_NAME = 253
const MOST_CERTIFICATES = 10
const LONGEST_CERTIFICATE = 16_384
const MODES: readonly string[] = ['Public', 'PrivateEndpoint']

/** Reads a connection; the result shares nothing with it. */
export function parseConnection(given: EkmConnection): EkmConnection {
  const { host, pathPrefix, serverSubjectCommonName, connectivityMode } = given
  if (typeof host !== 'string' || !HOST.test(host)) {
    throw badParameter(`The host of an EKM connection is not valid: ${shown(host)}`)
  }
  if (isGiven(pathPrefix) && !PATH_PREFIX.test(pathPrefix)) {
    throw badParameter(`The path prefix of an EKM connection is not valid: ${shown(pathPrefix)}`)
  }
  if (isGiven(serverSubjectCommonName) && !isName(serverSubjectCommonName)) {
    throw badParameter(`server_subject_common_name must have 1 to ${LONGEST_NAME} characters.`)
  }
  if (isGiven(connectivityMode) && !MODES.includes(connectivityMode)) {
    throw badParameter(
      `connectivity_mode must be ${MODES.join(' or ')}: ${shown(connectivityMode)}`,
    )
  }
  return {
    host,
    ...(isGiven(pathPrefix) && { pathPrefix }),
    serverCaCertificates: parseCertificates(given.serverCaCertificates),
    ...(isGiven(serverSubjectCommonName) && { serverSubjectCommonName }),
    ...(isGiven(connectivityMode) && { connectivityMode }),
  }
}

/** Returns a connection that shares nothing with the one given. */
export function copyOfConnection({ serverCaCertificates, ...rest }: EkmConnection): EkmConnection {
  return {
    ...rest,
    serverCaCertificates: serverCaCertificates.map((each) => Uint8Array.from(each)),
  }
}

/** `null` counts as absent, as on the wire. */
const isGiven = <Value>(value: Value | undefined): value is NonNullable<Value> =>
  value !== undefined && value !== null

const isName = (name: string): boolean => name.length > 0 && name.length <= LONGEST_NAME

const shown = (value: unknown): string => printable(value).slice(0, 64)

function parseCertificates(certificates: readonly Uint8Array[] | undefined): readonly Uint8Array[] {
  if (!Array.isArray(certificates) || certificates.length > MOST_CERTIFICATES) {
    throw badParameter(`server_ca_certificates must be a list of at most ${MOST_CERTIFICATES}.`)
  }
  return certificates.map((certificate: Uint8Array, index) => {
    if (certificate.length > LONGEST_CERTIFICATE || !isCertificate(certificate)) {
      throw badParameter(`server_ca_certificates[${index}] is not an X.509 certificate in DER.`)
    }
    return Uint8Array.from(certificate)
  })
}

/** A certificate whose key is of a kind that this package has not is one all the same. */
function isCertificate(der: Uint8Array): boolean {
  try {
    importCertificateKey(der)
    return true
  } catch (error) {
    return isCryptoError(error) && error.code === 'UNSUPPORTED_KEY'
  }
}
