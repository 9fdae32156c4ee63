/** The control token, from the command line, a file or the environment. */

import { readFile, stat } from 'node:fs/promises'
import { serverError } from '../../server-error.ts'

/** The environment variable for the control token. */
export const CONTROL_TOKEN: string = 'POCKET_HSM_CONTROL_TOKEN'

/** The environment variable for its file. */
export const CONTROL_TOKEN_FILE: string = `${CONTROL_TOKEN}_FILE`

/** A token has at most 1,024 characters, and a file a line break. */
const MOST_BYTES = 2048

/** Reads a token from a file; its first line is the token. */
export async function readTokenFile(file: string): Promise<string> {
  try {
    const { size } = await stat(file)
    if (size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`)
    return (await readFile(file, 'utf8')).replace(/\r?\n.*$/s, '')
  } catch (error) {
    const { message } = error as Error
    throw serverError(
      'BadOption',
      `--control-token-file: ${file} cannot be read: ${message}`,
      error,
    )
  }
}
