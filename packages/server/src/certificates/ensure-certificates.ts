/** The certificates of a folder: created when they are missing, lack a name or are about to expire. */

import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readPrivateFile } from '../files/private-file.ts'
import { serverError } from '../server-error.ts'
import type { MadeCertificate } from './make-certificates.ts'
import { isFresh, isIssuedBy, namesOf, parsePair, plain } from './read-certificates.ts'

/** Certificates in a folder. */
export interface EnsuredCertificates extends MadeCertificate {
  /** The file with the authority's certificate, which clients trust. */
  readonly caFile: string
}

/** The authority's certificate and key: one file, so that the two always belong together. */
const AUTHORITY = 'ca-key.pem'
/** The certificate alone. */
const CA = 'ca.pem'
const LEAF = 'server.pem'

/** The names and addresses of every certificate. */
const OWN_NAMES = ['localhost', '*.localhost', '127.0.0.1', '::1']

/**
 * Creates what is missing in a folder.
 *
 * The authority stays until a month before it expires, so that clients trust it once. A new name makes a new server
 * certificate under it, which has the old names too. Two servers may start with one folder at the same time.
 *
 * @param folder - Created if it does not exist; only its owner can read it.
 * @param names - Names and addresses, besides those of this machine.
 * @param now - Milliseconds since 1970.
 */
export async function ensureCertificates(
  folder: string,
  names: readonly string[],
  now: number,
): Promise<EnsuredCertificates> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const authority = await ensureAuthority(folder, now)
    const leaf = await ensureLeaf(folder, authority, names, now)
    return { ...leaf, caFile: join(folder, CA) }
  } catch (error) {
    throw serverError(
      'BadCertificate',
      `Certificates cannot be kept in ${folder}: ${String(error)}`,
      error,
    )
  }
}

/** Returns the authority of a folder; creates it if it is missing or about to expire. */
export async function ensureAuthority(folder: string, now: number): Promise<MadeCertificate> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, AUTHORITY)
  const kept = parsePair(await readSecret(path))
  const authority = kept && isFresh(kept, now) ? kept : await makeAuthorityIn(path, kept, now)
  const file = join(folder, CA)
  if ((await readIfThere(file)) !== authority.cert) await replace(file, authority.cert, 0o644)
  return authority
}

async function makeAuthorityIn(
  path: string,
  kept: MadeCertificate | undefined,
  now: number,
): Promise<MadeCertificate> {
  const { makeAuthority } = await import('./make-certificates.ts')
  const made = await makeAuthority(now)
  const text = `${made.cert.trim()}\n${made.key.trim()}\n`
  if (kept !== undefined) {
    await replace(path, text, 0o600)
    return parsed(text)
  }
  // A link does not replace a file: if another process was faster, its authority is used.
  const draft = await writeDraft(path, text, 0o600)
  try {
    await link(draft, path)
  } catch (error) {
    const theirs = parsePair(await readSecret(path))
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && theirs) return theirs
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
  return parsed(text)
}

async function ensureLeaf(
  folder: string,
  authority: MadeCertificate,
  names: readonly string[],
  now: number,
): Promise<MadeCertificate> {
  const path = join(folder, LEAF)
  const asked = [...OWN_NAMES, ...names].map(plain)
  const kept = parsePair(await readSecret(path))
  const isOurs = kept !== undefined && isIssuedBy(kept, authority)
  const has = isOurs ? namesOf(kept) : []
  if (isOurs && isFresh(kept, now) && asked.every((name) => has.includes(name))) return kept
  const { makeLeaf } = await import('./make-certificates.ts')
  const made = await makeLeaf(authority, [...new Set([...asked, ...has])], now)
  const text = `${made.cert.trim()}\n${made.key.trim()}\n`
  await replace(path, text, 0o600)
  return parsed(text)
}

const parsed = (text: string): MadeCertificate => {
  const pair = parsePair(text)
  if (pair === undefined) throw new Error('the new certificate does not belong to its key')
  return pair
}

function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(ifMissing)
}

/** A certificate with its key: others must not be able to read or exchange it. */
function readSecret(path: string): Promise<string | undefined> {
  const refuse = (reason: string) => new Error(`${path} is refused: ${reason}`)
  return readPrivateFile(path, refuse).catch(ifMissing)
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}

/** Replaces a file at once: readers see the old one or the new one. */
async function replace(path: string, text: string, mode: number): Promise<void> {
  await rename(await writeDraft(path, text, mode), path)
}

async function writeDraft(path: string, text: string, mode: number): Promise<string> {
  const draft = `${path}.${randomUUID()}.draft`
  await writeFile(draft, text, { mode, flag: 'wx' })
  return draft
}
