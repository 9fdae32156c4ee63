/** Files with secrets: only their owner may read and write them. */

import { type FileHandle, open } from 'node:fs/promises'

/** What is wrong with the permissions of a file, as the end of a sentence that begins with its name. */
export type Refusal = (reason: string) => Error

const READ_BY_OTHERS = 0o044
const WRITTEN_BY_OTHERS = 0o022

/**
 * Reads a file that holds a secret.
 *
 * If others can read a file of this user, its mode is changed to 600. A file that others can write or that belongs to
 * another user than this one and root is refused: its content is not trusted. Windows has other permissions; there
 * nothing is checked.
 *
 * @param refuse - Makes the error for a file with other permissions.
 * @param onMadePrivate - Called after the mode has been changed.
 * @throws The error of the system if the file cannot be opened, and what `refuse` makes.
 */
export async function readPrivateFile(
  path: string,
  refuse: Refusal,
  onMadePrivate: () => void = () => {},
): Promise<string> {
  const handle = await open(path, 'r')
  try {
    await checkPermissions(handle, refuse, onMadePrivate)
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

/** Looks at the open file, so that nobody can replace it meanwhile. */
async function checkPermissions(
  handle: FileHandle,
  refuse: Refusal,
  onMadePrivate: () => void,
): Promise<void> {
  const { mode, uid } = await handle.stat()
  const user = process.getuid?.()
  if (user === undefined) return
  if ((mode & WRITTEN_BY_OTHERS) !== 0) throw refuse('others than its owner can write it')
  if (uid !== user && uid !== 0) throw refuse('it belongs to another user')
  if ((mode & READ_BY_OTHERS) === 0) return
  if (uid !== user) throw refuse('others than its owner can read it')
  await handle.chmod(0o600)
  onMadePrivate()
}
