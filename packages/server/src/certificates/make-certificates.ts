/**
 * Makes an authority and certificates under it that strict clients accept: Go, .NET, Java, Python on OpenSSL 3.
 *
 * Loaded only when a certificate has to be made.
 *
 * @see RFC 5280 sections 4.2.1.1, 4.2.1.2, 4.2.1.3, 4.2.1.9, 4.2.1.12; CA/Browser Forum baseline requirements 6.3.2
 */

import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A certificate and its private key (PKCS #8), PEM. */
export interface MadeCertificate {
  readonly cert: string
  readonly key: string
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

const DAY = 86_400_000

/** So long before now a certificate becomes valid, for machines whose clocks are behind. */
const BEFORE = DAY

const AUTHORITY_DAYS = 3650

/** Below the 398 days beyond which browsers and Apple's clients refuse, and the 825 of older rules. */
const LEAF_DAYS = 396

/** Makes a certificate authority that can sign server certificates only. */
export async function makeAuthority(now: number): Promise<MadeCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const serialNumber = makeSerialNumber()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber,
    // A unique name, so that two authorities in one trust store can be distinguished.
    name: `CN=pocket-hsm ${serialNumber.slice(0, 8)}, O=pocket-hsm local certificates`,
    notBefore: new Date(now - BEFORE),
    notAfter: new Date(now + AUTHORITY_DAYS * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: certificate.toString('pem'), key: await privatePem(keys.privateKey) }
}

/** Makes a server certificate for names and addresses; it expires no later than its authority. */
export async function makeLeaf(
  authority: MadeCertificate,
  names: readonly string[],
  now: number,
): Promise<MadeCertificate> {
  const issuer = new X509Certificate(authority.cert)
  const signingKey = await crypto.subtle.importKey(
    'pkcs8',
    PemConverter.decodeFirst(authority.key),
    ALGORITHM,
    false,
    ['sign'],
  )
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const end = Math.min(now + LEAF_DAYS * DAY - BEFORE, issuer.notAfter.getTime())
  const certificate = await X509CertificateGenerator.create({
    serialNumber: makeSerialNumber(),
    subject: 'CN=localhost, O=pocket-hsm local certificates',
    issuer: issuer.subject,
    notBefore: new Date(now - BEFORE),
    notAfter: new Date(end),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({
          type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const),
          value,
        })),
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return { cert: certificate.toString('pem'), key: await privatePem(keys.privateKey) }
}

async function privatePem(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

/** RFC 5280 section 4.1.2.2: positive, at most 20 bytes. These have 16, and the first is never zero. */
function makeSerialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f)
  return bytes.toString('hex')
}
