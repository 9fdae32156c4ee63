/** The key of a state: 32 bytes, from which everything that protects it is derived. */

import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { createSecurityDomain, type SecurityDomain } from 'pocket-hsm'
import { readPrivateFile } from '../files/private-file.ts'
import { serverError } from '../server-error.ts'
import { syncFolderOf } from './journal-file.ts'
import type { JournalKey } from './journal-format.ts'

/** Where to find the key of a state. */
export interface StateKeySource {
  /** The bytes themselves, or the file that holds them. */
  readonly key: Uint8Array | string
  /** Whether there is a state already, which has a key. */
  readonly isNeeded: boolean
  readonly warn: (message: string) => void
}

const LENGTH = 32

/** One line of hexadecimal digits. */
const KEY_FILE = /^[0-9a-f]{64}\s*$/i

/**
 * Finds the key of a state. If there is neither key nor state, it creates a key in a file that only its owner can read.
 *
 * A key file of this user that others can read is made private. One that others can write, or that belongs to another
 * user, is refused: its content is not trusted.
 *
 * @throws `BadState` - a key that is missing although there is a state, that is not a key, or that others control.
 */
export async function findStateKey({ key, isNeeded, warn }: StateKeySource): Promise<KeyObject> {
  if (typeof key !== 'string') {
    if (key.length === LENGTH) return createSecretKey(key)
    throw serverError('BadState', `stateKey must have 32 bytes, not ${key.length}.`)
  }
  const text = await readPrivateFile(
    key,
    (reason) => refused(key, `${reason}. Make sure that it holds your key, then run chmod 600`),
    () => warn(`Others could read the key of the state, ${key}: its mode is now 600.`),
  ).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'BadState') throw error
    if (error.code === 'ENOENT' && !isNeeded) return undefined
    throw serverError(
      'BadState',
      `The key of the state cannot be read, and nothing can be read without it: ${error.message}.`,
      error,
    )
  })
  if (text === undefined) return makeKeyFile(key)
  if (KEY_FILE.test(text)) return createSecretKey(Buffer.from(text.trim(), 'hex'))
  throw refused(key, 'it must have 64 hexadecimal digits')
}

const refused = (path: string, reason: string): Error =>
  serverError('BadState', `The file ${path} is refused as the key of the state: ${reason}.`)

async function makeKeyFile(path: string): Promise<KeyObject> {
  const bytes = randomBytes(LENGTH)
  // A random name and exclusive creation: nobody can have put a file or a link there before.
  const draft = `${path}.${randomBytes(16).toString('hex')}.new`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${bytes.toString('hex')}\n`)
    await handle.sync()
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  await syncFolderOf(path)
  return createSecretKey(bytes)
}

/** The key of a journal's records. */
export function journalKeyOf(stateKey: KeyObject): JournalKey {
  return {
    id: derived(stateKey, 'journal key id', 16),
    tagKey: createSecretKey(derived(stateKey, 'journal tags', 32)),
  }
}

/** The security domain of one HSM: its state and its backups are encrypted under it. */
export function securityDomainOf(stateKey: KeyObject, name: string): SecurityDomain {
  return createSecurityDomain((length) =>
    derived(stateKey, `security domain of ${name.toLowerCase()}`, length),
  )
}

/** RFC 5869 with an empty salt; `info` keeps the uses apart. */
function derived(stateKey: KeyObject, info: string, length: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', stateKey, new Uint8Array(0), info, length))
}
