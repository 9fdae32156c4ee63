/** The key of a state: 32 bytes, of which everything is made that protects it. */

import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { createSecurityDomain, type SecurityDomain } from 'pocket-hsm'
import { serverError } from '../server-error.ts'
import { syncFolderOf } from './journal-file.ts'
import type { JournalKey } from './journal-format.ts'

/** Where the key of a state comes from. */
export interface StateKeySource {
  /** The bytes themselves, or the file that holds them. */
  readonly key: Uint8Array | string
  /** Whether there is a state already, which was made under a key. */
  readonly isNeeded: boolean
  readonly warn: (message: string) => void
}

const LENGTH = 32

/** One line of hexadecimal digits. */
const KEY_FILE = /^[0-9a-f]{64}\s*$/i

/**
 * Finds the key of a state; makes one, in a file that only its owner can read, where there is neither key nor state.
 *
 * @throws `BadState` - a key that is missing although there is a state, or that is none.
 */
export async function findStateKey({ key, isNeeded, warn }: StateKeySource): Promise<KeyObject> {
  if (typeof key !== 'string') {
    if (key.length === LENGTH) return createSecretKey(key)
    throw serverError('BadState', `The key of the state must have 32 bytes, not ${key.length}.`)
  }
  const text = await readFile(key, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && !isNeeded) return undefined
    throw serverError(
      'BadState',
      `The key of the state cannot be read, and nothing can be read without it: ${error.message}.`,
      error,
    )
  })
  if (text === undefined) return makeKeyFile(key)
  if (!KEY_FILE.test(text)) {
    throw serverError('BadState', `${key} holds no key: 64 hexadecimal digits were expected.`)
  }
  if (process.platform !== 'win32' && ((await stat(key)).mode & 0o077) !== 0) {
    warn(`Others than its owner can read the key of the state: ${key}.`)
  }
  return createSecretKey(Buffer.from(text.trim(), 'hex'))
}

async function makeKeyFile(path: string): Promise<KeyObject> {
  const bytes = randomBytes(LENGTH)
  const handle = await open(`${path}.new`, 'w', 0o600)
  try {
    await handle.writeFile(`${bytes.toString('hex')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${path}.new`, path)
  await syncFolderOf(path)
  return createSecretKey(bytes)
}

/** What protects the records of a journal. */
export function journalKeyOf(stateKey: KeyObject): JournalKey {
  return {
    id: derived(stateKey, 'journal key id', 16),
    tagKey: createSecretKey(derived(stateKey, 'journal tags', 32)),
  }
}

/** The security domain of one HSM, under which its state and its backups are. */
export function securityDomainOf(stateKey: KeyObject, name: string): SecurityDomain {
  return createSecurityDomain((length) =>
    derived(stateKey, `security domain of ${name.toLowerCase()}`, length),
  )
}

/** RFC 5869 with an empty salt; `info` keeps the uses apart. */
function derived(stateKey: KeyObject, info: string, length: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', stateKey, new Uint8Array(0), info, length))
}
