/**
 * How a full backup lies in a folder of blob storage: the sealed items in parts, and a manifest that counts them.
 *
 * The service's own layout is not published and no client reads it. The parts, joined, are one chain of sealed chunks:
 * a part that is missing, moved or from another backup is noticed when it is opened.
 */

import { bytesToUtf8, concatBytes, isCryptoError, utf8ToBytes } from '@pocket-hsm/crypto'
import { toIsoInstant } from '@pocket-hsm/lifecycle'
import { badParameter, type HsmError } from '../hsm-error.ts'
import { containerName } from '../keys/key-reference.ts'

/** One blob of a full backup. */
export interface FullBackupBlob {
  /** Its name inside the folder: letters, digits, hyphens and dots. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** The name of the blob that says how many parts there are; it is written last, so a folder with one is complete. */
const MANIFEST_NAME = 'manifest.json'

/** What the manifest says. Nothing in it is secret, and nothing in it is trusted: opening the parts shows what is true. */
interface Manifest {
  readonly format: typeof FORMAT
  readonly parts: number
  /** The bytes of all parts together. */
  readonly length: number
}

const FORMAT = 'pocket-hsm/full-backup/1'

/** Bytes after which a part is closed: below what any version of blob storage takes in one request. */
const PART_LENGTH = 4 * 1024 * 1024

/** More parts than a full HSM with the service's limits fills. */
const MOST_PARTS = 100_000

/** More bytes than a manifest has. */
const LONGEST_MANIFEST = 1024

/** Returns the name of a part. */
function partName(index: number): string {
  return `part-${String(index).padStart(6, '0')}`
}

/** Cuts sealed bytes into parts; the manifest comes last. */
export function* inBlobs(sealed: Iterable<Uint8Array>): Generator<FullBackupBlob, undefined> {
  let pieces: Uint8Array[] = []
  let pending = 0
  let parts = 0
  let length = 0
  const part = (): FullBackupBlob => {
    const blob = { name: partName(parts), bytes: concatBytes(...pieces) }
    parts += 1
    length += blob.bytes.length
    pieces = []
    pending = 0
    return blob
  }
  for (const piece of sealed) {
    pieces.push(piece)
    pending += piece.length
    if (pending >= PART_LENGTH) yield part()
  }
  if (pending > 0) yield part()
  const manifest: Manifest = { format: FORMAT, parts, length }
  yield { name: MANIFEST_NAME, bytes: utf8ToBytes(`${JSON.stringify(manifest)}\n`) }
}

/** Joins the parts that the manifest counts; blobs of other names are ignored. Returns `undefined` if one is missing. */
export function joinBlobs(blobs: readonly FullBackupBlob[]): Uint8Array | undefined {
  const byName = new Map(blobs.map(({ name, bytes }) => [name, bytes]))
  const manifest = parseManifest(byName.get(MANIFEST_NAME))
  if (manifest === undefined) return undefined
  const parts: Uint8Array[] = []
  for (let index = 0; index < manifest.parts; index++) {
    const bytes = byName.get(partName(index))
    if (bytes === undefined) return undefined
    parts.push(bytes)
  }
  return concatBytes(...parts)
}

/** Reads a manifest; returns `undefined` for anything else. */
function parseManifest(bytes: Uint8Array | undefined): Manifest | undefined {
  if (bytes === undefined || bytes.length > LONGEST_MANIFEST) return undefined
  try {
    const { format, parts, length } = (JSON.parse(bytesToUtf8(bytes)) ?? {}) as Partial<Manifest>
    if (format !== FORMAT || !isCount(parts, MOST_PARTS)) return undefined
    return isCount(length, Number.MAX_SAFE_INTEGER) ? { format, parts, length } : undefined
  } catch (error) {
    if (isCryptoError(error) || error instanceof SyntaxError) return undefined
    throw error
  }
}

const isCount = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= most

/**
 * Returns the names of the blobs that a manifest counts, for code that reads a backup from storage.
 *
 * @param manifest - The bytes of the blob `manifest.json`.
 * @returns The names, the manifest's own last, and the bytes of the parts together; `undefined` for anything but a
 *   manifest.
 *
 * @example
 * ```ts
 * import { createHsm, exportFullBackup, fullBackupBlobNames } from 'pocket-hsm'
 *
 * const { blobs } = exportFullBackup(createHsm())
 * const manifest = blobs.find(({ name }) => name === 'manifest.json')
 * fullBackupBlobNames(manifest?.bytes ?? new Uint8Array())?.names.length === blobs.length // true
 * ```
 */
export function fullBackupBlobNames(
  manifest: Uint8Array,
): { readonly names: readonly string[]; readonly length: number } | undefined {
  const parsed = parseManifest(manifest)
  if (parsed === undefined) return undefined
  const parts = Array.from({ length: parsed.parts }, (_, index) => partName(index))
  return { names: [...parts, MANIFEST_NAME], length: parsed.length }
}

/** Checks the blobs that a caller gives. */
export function checkBlobs(blobs: readonly FullBackupBlob[]): void {
  if (Array.isArray(blobs) && blobs.every(isBlob)) return
  throw blobsExpected()
}

const isBlob = (blob: Partial<FullBackupBlob> | null): boolean =>
  typeof blob?.name === 'string' && blob.bytes instanceof Uint8Array

function blobsExpected(): HsmError {
  return badParameter('A full backup is a list of blobs, each with a name and bytes.')
}

/**
 * Returns the name of a backup's folder: `mhsm-{HSM}-{YYYYMMDDHHMMSS}{hundredths}`, in UTC.
 *
 * @param at - Milliseconds since 1970.
 */
export function folderName(baseUrl: string, at: number): string {
  const digits = toIsoInstant(at).replace(/\D/g, '')
  return `mhsm-${containerName(baseUrl)}-${digits.slice(0, 16)}`
}
