/** What an HSM states under its own certificates, in the words of each service. */

import { bytesToHex, digest, type RandomSource, toBase64, toBase64url } from '@pocket-hsm/crypto'
import type { ServiceFamily } from '../service/profiles.ts'
import { signJws } from './jws.ts'
import type { ReleaseIdentity } from './release-identity.ts'

/**
 * Signs a statement: a JWS in compact form whose `x5c` begins with the certificate that verifies it.
 *
 * @param statement - Anything that is JSON.
 * @see RFC 7515 sections 4.1.4 to 4.1.8
 */
export function signStatement(
  statement: object,
  family: ServiceFamily,
  { key, certificates }: ReleaseIdentity,
  random: RandomSource,
): string {
  const [own = new Uint8Array(0)] = certificates
  const header = HEADERS[family](own, certificates.map(toBase64))
  return signJws({ alg: 'RS256', ...header }, serializeJson(statement, family), key, random)
}

/** Prints JSON as a service does: a Managed HSM has the members of every object in alphabetical order. */
export function serializeJson(value: unknown, family: ServiceFamily): string {
  return JSON.stringify(family === 'managed-hsm' ? sorted(value) : value)
}

/** As recorded: a vault names its key by the SHA-1 of the certificate, a Managed HSM by the SHA-256. */
const HEADERS: Readonly<
  Record<ServiceFamily, (certificate: Uint8Array, x5c: readonly string[]) => object>
> = {
  vault: (certificate, x5c) => ({
    kid: bytesToHex(digest('SHA-1', certificate)).toUpperCase(),
    x5t: toBase64url(digest('SHA-1', certificate)),
    typ: 'JWT',
    'x5t#S256': toBase64url(digest('SHA-256', certificate)),
    x5c,
  }),
  'managed-hsm': (certificate, x5c) => ({
    kid: toBase64url(digest('SHA-256', certificate)),
    x5c,
    'x5t#S256': toBase64url(digest('SHA-256', certificate)),
  }),
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]))
}
