/** `pocket-hsm key backup` and `restore`. */

import { serverError } from '../../server-error.ts'
import { KEY_COLUMNS, keyOutput, type WireKey } from './bundles.ts'
import { bytesToWire, wireToBytes } from './bytes.ts'
import { readBytes, writeOver } from './files.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { file, option } from './options.ts'
import { pathOf } from './target.ts'

/** What both take. */
interface FileOptions {
  readonly file: string
  readonly name?: string
}

export const backup: KeyCommand = keyCommand<FileOptions>({
  name: 'backup',
  summary: 'write a key with all its versions to a file that only an HSM can read',
  about: 'key',
  options: [file('where to; a file that is there is replaced')],
  examples: ['pocket-hsm key backup --hsm-name contoso --name orders --file orders.backup'],
  columns: [],
  run: async ({ ask, target }, options) => {
    const { value } = await ask<{ readonly value: string }>(
      'POST',
      pathOf('keys', target, 'backup'),
    )
    await writeOver(options.file, wireToBytes(value))
  },
})

export const restore: KeyCommand = keyCommand<FileOptions>({
  name: 'restore',
  summary: 'bring back a key from a backup, under the name that it had',
  about: 'hsm',
  canBegin: true,
  options: [
    file('what `backup` wrote'),
    option('-n, --name <name>', 'refused: a backup has its name'),
  ],
  examples: ['pocket-hsm key restore --hsm-name contoso --file gone.backup'],
  columns: KEY_COLUMNS,
  run: async ({ ask }, options) => {
    if (options.name !== undefined) {
      throw serverError('BadOption', 'Please do not specify --name/-n when using --file/-f')
    }
    const value = bytesToWire(await readBytes(options.file))
    return keyOutput(await ask<WireKey>('POST', '/keys/restore', { value }))
  },
})
