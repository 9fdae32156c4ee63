/**
 * The files of a security domain as JSON: what a download writes and what an upload sends.
 *
 * @see Managed HSM security domain; the Azure CLI reads and writes both files
 */

import { badParameter, type HsmError } from '../hsm-error.ts'

/** The sealed items of a domain: each under a key of its own, derived from one master key. */
export interface SealedDataJson {
  readonly data: readonly SealedItemJson[]
  readonly kdf: 'sp108_kdf'
}

/** One item: its tag is the label of its key. */
export interface SealedItemJson {
  readonly compact_jwe: string
  readonly tag: string
}

/** The file that a download writes: the items, and a share of the master key for each certificate. */
export interface DomainJson {
  readonly EncData: SealedDataJson
  readonly SharedKeys: {
    readonly enc_shares: readonly WrappedKeyJson[]
    readonly key_algorithm: 'shamir_share'
    /** How many shares restore the master key. */
    readonly required: number
  }
  readonly version: 2
}

/** The file that an upload sends: the items, and the master key for the HSM that they go to. */
export interface UploadJson {
  readonly EncData: SealedDataJson
  readonly WrappedKey: WrappedKeyJson
}

/** A key, encrypted to the key of a certificate. */
export interface WrappedKeyJson {
  readonly enc_key: string
  /** Of the certificate: the SHA-256 digest of its DER, in base64url. */
  readonly x5t_256: string
}

/** The fewest and the most certificates of a domain, and shares that restore it. */
export const LIMITS = { fewestCertificates: 3, mostCertificates: 10, fewestRequired: 2 } as const

/** A domain of ten certificates with keys of 4096 bits has 12,000 characters. */
const MOST_CHARACTERS = 262_144

/** The service has three items. */
const MOST_ITEMS = 16

/**
 * Reads the file of a download.
 *
 * @throws {@link HsmError} 400 `BadParameter` - not such a file; the text says what is wrong, and shows nothing of it.
 */
export function parseDomain(text: unknown): DomainJson {
  const file = parseFile('The security domain', text)
  const shared = member(file, 'SharedKeys')
  const { fewestRequired, mostCertificates } = LIMITS
  return {
    EncData: readData(member(file, 'EncData')),
    SharedKeys: {
      enc_shares: items(member(shared, 'enc_shares'), mostCertificates).map(readWrappedKey),
      key_algorithm: exactly(member(shared, 'key_algorithm'), 'shamir_share'),
      required: wholeNumber(member(shared, 'required'), fewestRequired, mostCertificates),
    },
    version: 2,
  }
}

/**
 * Reads the file of an upload.
 *
 * @throws {@link HsmError} 400 `BadParameter` - not such a file; the text says what is wrong, and shows nothing of it.
 */
export function parseUpload(text: unknown): UploadJson {
  const file = parseFile('The upload', text)
  if (isObject(file.value) && 'SharedKeys' in file.value) {
    throw unreadable(
      file,
      'is a security domain as it was downloaded: an upload is made of it with private keys',
    )
  }
  return {
    EncData: readData(member(file, 'EncData')),
    WrappedKey: readWrappedKey(member(file, 'WrappedKey')),
  }
}

function readData(data: Place): SealedDataJson {
  return {
    data: items(member(data, 'data'), MOST_ITEMS).map((item) => ({
      compact_jwe: textOf(member(item, 'compact_jwe')),
      tag: textOf(member(item, 'tag')),
    })),
    kdf: exactly(member(data, 'kdf'), 'sp108_kdf'),
  }
}

function readWrappedKey(key: Place): WrappedKeyJson {
  return { enc_key: textOf(member(key, 'enc_key')), x5t_256: textOf(member(key, 'x5t_256')) }
}

/** A value in a file, and where it is there. */
interface Place {
  readonly file: string
  readonly path: string
  readonly value: unknown
}

function parseFile(file: string, text: unknown): Place {
  if (typeof text !== 'string') throw badParameter(`${file} must be a string of JSON.`)
  if (text.length > MOST_CHARACTERS) {
    throw badParameter(`${file} must have at most ${MOST_CHARACTERS} characters.`)
  }
  try {
    return { file, path: '', value: JSON.parse(text) }
  } catch {
    throw badParameter(`${file} is not JSON.`)
  }
}

function member(place: Place, name: string): Place {
  const { file, path, value } = place
  if (!isObject(value)) throw unreadable(place, 'must be an object')
  const found = Object.hasOwn(value, name) ? value[name] : undefined
  return { file, path: path === '' ? name : `${path}.${name}`, value: found }
}

function items(place: Place, most: number): readonly Place[] {
  const { file, path, value } = place
  if (!Array.isArray(value) || value.length === 0 || value.length > most) {
    throw unreadable(place, `must be an array of 1 to ${most} items`)
  }
  return value.map((item, index) => ({ file, path: `${path}[${index}]`, value: item }))
}

function textOf(place: Place): string {
  if (typeof place.value === 'string') return place.value
  throw unreadable(place, 'must be a string')
}

function exactly<Text extends string>(place: Place, text: Text): Text {
  if (place.value === text) return text
  throw unreadable(place, `must be ${text}`)
}

function wholeNumber(place: Place, least: number, most: number): number {
  const { value } = place
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) {
    return Number(value)
  }
  throw unreadable(place, `must be a whole number from ${least} to ${most}`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unreadable({ file, path }: Place, problem: string): HsmError {
  return badParameter(
    path === '' ? `${file} ${problem}.` : `${file} cannot be read: ${path} ${problem}.`,
  )
}
