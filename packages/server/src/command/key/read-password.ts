/** A password from a terminal that shows nothing of it. */

import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/**
 * Asks for the password of a PEM.
 *
 * @param input - Where it is typed.
 * @param output - Where the question is put.
 */
export async function readPassword(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal: true })
  output.write('Password of the PEM: ')
  try {
    return await lines.question('')
  } finally {
    lines.close()
    output.write('\n')
  }
}
