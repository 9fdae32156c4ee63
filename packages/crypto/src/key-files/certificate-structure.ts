/** The structure of an X.509 certificate, read down to its SubjectPublicKeyInfo (RFC 5280 section 4.1). */

import {
  contextTag,
  type DerElement,
  invalidDer,
  readBitString,
  readDer,
  readElements,
  readExplicit,
  readInteger,
  readOctetString,
  readOid,
  readSequence,
  readSmallInteger,
  TAG,
} from '../encoding/read-der.ts'

/**
 * Reads a certificate and returns its SubjectPublicKeyInfo.
 *
 * Every element of the certificate must be in its place and of its type, and there must be no other. The values of
 * names, dates, extensions and the signature are not evaluated.
 *
 * @param der - At most 65,536 bytes.
 * @throws {@link CryptoError} `INVALID_KEY` - not DER of that structure.
 * @see RFC 5280 section 4.1
 */
export function readCertificate(der: Uint8Array): DerElement | undefined {
  const [tbsCertificate, algorithm, signature] = readSequence(
    readDer(der, CERTIFICATE),
    CERTIFICATE,
    3,
  )
  readAlgorithm(algorithm)
  readBitString(signature, 'the signature')
  return readTbsCertificate(tbsCertificate)
}

const CERTIFICATE = 'Certificate'
const TBS_CERTIFICATE = 'TBSCertificate'

/** Section 4.1: `version [0]` is absent in version 1; the last three fields depend on the version. */
function readTbsCertificate(element: DerElement | undefined): DerElement | undefined {
  const fields = readSequence(element, TBS_CERTIFICATE)
  const [first, ...others] = fields
  const hasVersion = first?.tag === contextTag(0)
  const version = hasVersion ? readVersion(first) : 0
  const [serialNumber, algorithm, issuer, validity, subject, subjectPublicKeyInfo, ...optional] =
    hasVersion ? others : fields
  readSerialNumber(serialNumber)
  readAlgorithm(algorithm)
  readName(issuer, 'the issuer')
  readValidity(validity)
  readName(subject, 'the subject')
  readOptional(optional, version)
  return subjectPublicKeyInfo
}

/** Section 4.1.2.1: 0 to 2 for versions 1 to 3; DER omits the default, version 1. */
function readVersion(element: DerElement): number {
  const version = readSmallInteger(readExplicit(element, 0, 'the version'), 'the version')
  if (version === 1 || version === 2) return version
  throw invalidDer(CERTIFICATE, 'has an unknown version')
}

/** Section 4.1.2.2 asks for a positive number, and asks readers to accept negative numbers too. */
function readSerialNumber(element: DerElement | undefined): void {
  const [first = 0, ...rest] = element?.content ?? []
  const isNegative = element?.tag === TAG.integer && first >= 0x80
  // X.690 section 8.3.2: the first nine bits of a negative integer are not all ones.
  if (isNegative && !(first === 0xff && (rest[0] ?? 0) >= 0x80)) return
  readInteger(element, 'the serial number')
}

/** Section 4.1.1.2: an identifier and parameters of any type. */
function readAlgorithm(element: DerElement | undefined): void {
  const [oid] = readSequence(element, 'the signature algorithm', 2)
  readOid(oid, 'the signature algorithm')
}

/** Section 4.1.2.4: a sequence of sets of attributes, each an identifier and a value of any type. */
function readName(element: DerElement | undefined, what: string): void {
  for (const relativeName of readSequence(element, what)) {
    if (relativeName.tag !== TAG.set) throw invalidDer(what, 'is not a sequence of sets')
    for (const attribute of readElements(relativeName.content, what)) {
      const [type, value] = readSequence(attribute, what, 2)
      readOid(type, what)
      if (value === undefined) throw invalidDer(what, 'has an attribute without a value')
    }
  }
}

/** Section 4.1.2.5: two dates. */
function readValidity(element: DerElement | undefined): void {
  const dates = readSequence(element, 'the validity', 2)
  const isDate = ({ tag }: DerElement) => tag === TAG.utcTime || tag === TAG.generalizedTime
  if (dates.length < 2 || !dates.every(isDate)) throw invalidDer('the validity', 'is not two dates')
}

/** Sections 4.1.2.8 and 4.1.2.9: `[1]` and `[2]` from version 2 on, `[3]` from version 3 on, in this order. */
function readOptional(optional: readonly DerElement[], version: number): void {
  let last = 0
  for (const element of optional) {
    const number = OPTIONAL_TAGS.indexOf(element.tag) + 1
    if (number <= last || version < (number === EXTENSIONS ? 2 : 1)) {
      throw invalidDer(TBS_CERTIFICATE, 'has elements that do not belong to it')
    }
    last = number
    if (number === EXTENSIONS) readExtensions(element)
    else readUniqueIdentifier(element)
  }
}

/** Section 4.1.2.8: a BIT STRING, which X.690 section 8.6.2 begins with the number of its unused bits. */
function readUniqueIdentifier({ content: [unusedBits = 8, ...bits] }: DerElement): void {
  if (unusedBits > (bits.length === 0 ? 0 : 7)) {
    throw invalidDer('a unique identifier', 'is not a bit string')
  }
}

/** `issuerUniqueID [1]`, `subjectUniqueID [2]` and `extensions [3]`. */
const OPTIONAL_TAGS: readonly number[] = [
  contextTag(1, 'primitive'),
  contextTag(2, 'primitive'),
  contextTag(3),
]
const EXTENSIONS = 3

/** Section 4.2: an identifier, `critical` where it is true, and an OCTET STRING. */
function readExtensions(element: DerElement): void {
  for (const extension of readSequence(readExplicit(element, 3, WHAT), WHAT)) {
    const [oid, ...rest] = readSequence(extension, WHAT, 3)
    readOid(oid, WHAT)
    const hasCritical = rest[0]?.tag === TAG.boolean
    if (rest.length > (hasCritical ? 2 : 1)) throw invalidDer(WHAT, 'have too many elements')
    if (hasCritical && rest[0]?.content.length !== 1) throw invalidDer(WHAT, 'have no truth value')
    readOctetString(rest[hasCritical ? 1 : 0], WHAT)
  }
}

const WHAT = 'the extensions'
