/** `pocket-hsm key backup` and `restore`. */

import { serverError } from '../../server-error.ts'
import { KEY_COLUMNS, keyOutput, type WireKey } from './bundles.ts'
import { bytesToWire, wireToBytes } from './bytes.ts'
import { readBytes, writeOver } from './files.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { file, option } from './options.ts'
import { pathOf } from './target.ts'

/** The options of both. */
interface FileOptions {
  readonly file: string
  readonly name?: string
}

export const backup: KeyCommand = keyCommand<FileOptions>({
  name: 'backup',
  summary: 'write a key with all its versions to a file that only an HSM can read',
  about: 'key',
  options: [file('file to write to; an existing one is replaced')],
  examples: ['pocket-hsm key backup --hsm-name contoso --name orders --file orders.backup'],
  columns: [],
  run: async ({ request, target }, options) => {
    const { value } = await request<{ readonly value: string }>(
      'POST',
      pathOf('keys', target, 'backup'),
    )
    await writeOver(options.file, wireToBytes(value))
  },
})

export const restore: KeyCommand = keyCommand<FileOptions>({
  name: 'restore',
  summary: 'restore a key from a backup, under its name',
  about: 'hsm',
  canCreateState: true,
  options: [
    file('file that `backup` wrote'),
    option('-n, --name <name>', 'not accepted: the backup has the name'),
  ],
  examples: ['pocket-hsm key restore --hsm-name contoso --file gone.backup'],
  columns: KEY_COLUMNS,
  run: async ({ request }, options) => {
    if (options.name !== undefined) {
      throw serverError('BadOption', 'Please do not specify --name/-n when using --file/-f')
    }
    const value = bytesToWire(await readBytes(options.file))
    return keyOutput(await request<WireKey>('POST', '/keys/restore', { value }))
  },
})
