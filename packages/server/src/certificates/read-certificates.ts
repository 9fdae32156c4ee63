/** Checks certificates with Node's own functions: they are made once, and checked at each start. */

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { MadeCertificate } from './make-certificates.ts'

/** A certificate with fewer days left is renewed. */
const LEAST_DAYS = 30

const DAY = 86_400_000

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\r?\n?/

const PRIVATE_KEY = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\r?\n?/

/** Reads a certificate and its key from one file; `undefined` if one is missing or they do not belong together. */
export function parsePair(text: string | undefined): MadeCertificate | undefined {
  const [cert] = CERTIFICATE.exec(text ?? '') ?? []
  const [key] = PRIVATE_KEY.exec(text ?? '') ?? []
  if (cert === undefined || key === undefined) return undefined
  return fits({ cert, key }) ? { cert, key } : undefined
}

/** Whether a certificate can be read and belongs to the key. */
export function fits({ cert, key }: MadeCertificate): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

/** Whether a certificate stays valid for a month. */
export function isFresh({ cert }: MadeCertificate, now: number): boolean {
  const { validFrom, validTo } = new X509Certificate(cert)
  return Date.parse(validFrom) <= now && Date.parse(validTo) - now > LEAST_DAYS * DAY
}

/** Whether an authority signed a certificate. */
export function isIssuedBy({ cert }: MadeCertificate, authority: MadeCertificate): boolean {
  const issuer = new X509Certificate(authority.cert)
  const leaf = new X509Certificate(cert)
  return leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey)
}

/** The names and addresses that a certificate is for. */
export function namesOf({ cert }: MadeCertificate): readonly string[] {
  const text = new X509Certificate(cert).subjectAltName ?? ''
  return [...text.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = '']) => plain(name))
}

/** Normalises a name or address: Node writes IPv6 addresses in full. */
export function plain(name: string): string {
  return isIP(name) === 6 ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name.toLowerCase()
}
