/** The certificates of a folder: made when they are missing, for other names or about to expire. */

import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serverError } from '../server-error.ts'
import type { MadeCertificate } from './make-certificates.ts'
import { isFresh, isIssuedBy, namesOf, parsePair, plain } from './read-certificates.ts'

/** Certificates in a folder. */
export interface EnsuredCertificates extends MadeCertificate {
  /** The file with the authority's certificate, which clients trust. */
  readonly caFile: string
}

/** The authority's certificate with its key: one file, so that there are never two halves of different ones. */
const AUTHORITY = 'ca-key.pem'
/** The certificate alone. */
const CA = 'ca.pem'
const LEAF = 'server.pem'

/** What every certificate is for. */
const OWN_NAMES = ['localhost', '*.localhost', '127.0.0.1', '::1']

/**
 * Makes what is missing in a folder.
 *
 * The authority stays as long as it is good for a month, so that clients trust it once; a new name makes a new leaf
 * under it, which is for the old names too. Two servers may start in one folder at the same time.
 *
 * @param folder - Made where it is not there; only its owner may look into it.
 * @param names - Names and addresses beside those of this machine.
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
    throw serverError('BadCertificate', `No certificates in ${folder}: ${String(error)}`, error)
  }
}

/** The authority of a folder, alone. */
export async function ensureAuthority(folder: string, now: number): Promise<MadeCertificate> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, AUTHORITY)
  const kept = parsePair(await readIfThere(path))
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
  // A link is refused where somebody else was faster: theirs holds then.
  const draft = await writeDraft(path, text, 0o600)
  try {
    await link(draft, path)
  } catch (error) {
    const theirs = parsePair(await readIfThere(path))
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
  const kept = parsePair(await readIfThere(path))
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
  if (pair === undefined) throw new Error('what was made does not fit')
  return pair
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Readers see the old file or the new one. */
async function replace(path: string, text: string, mode: number): Promise<void> {
  await rename(await writeDraft(path, text, mode), path)
}

async function writeDraft(path: string, text: string, mode: number): Promise<string> {
  const draft = `${path}.${process.pid}.${performance.now().toString(36)}.draft`
  await writeFile(draft, text, { mode, flag: 'wx' })
  return draft
}
