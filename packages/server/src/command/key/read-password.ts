/** Reads a password from a terminal without echo. */

import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/**
 * Prompts for the password of a PEM.
 *
 * @param input - Where it is typed.
 * @param output - Where the prompt is written.
 */
export async function readPassword(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  const noEcho = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: noEcho, terminal: true })
  output.write('Password of the PEM: ')
  try {
    return await lines.question('')
  } finally {
    lines.close()
    output.write('\n')
  }
}
