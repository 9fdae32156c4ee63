/** `pocket-hsm key delete`, `show-deleted`, `recover` and `purge`. */

import { DELETED_COLUMNS, KEY_COLUMNS, keyOutput, type WireKey } from './bundles.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { pathOf } from './target.ts'

export const deleteKey: KeyCommand = keyCommand({
  name: 'delete',
  summary: 'delete a key with all its versions; it can be recovered',
  about: 'key',
  options: [],
  examples: ['pocket-hsm key delete --hsm-name contoso --name orders'],
  columns: DELETED_COLUMNS,
  run: async ({ request, target }) =>
    keyOutput(await request<WireKey>('DELETE', pathOf('keys', target))),
})

export const showDeleted: KeyCommand = keyCommand({
  name: 'show-deleted',
  summary: 'show a deleted key, and until when it can be recovered',
  about: 'key',
  options: [],
  examples: ['pocket-hsm key show-deleted --hsm-name contoso --name old'],
  columns: DELETED_COLUMNS,
  run: async ({ request, target }) =>
    keyOutput(await request<WireKey>('GET', pathOf('deletedkeys', target))),
})

export const recover: KeyCommand = keyCommand({
  name: 'recover',
  summary: 'recover a deleted key',
  about: 'key',
  options: [],
  examples: [
    'pocket-hsm key recover --hsm-name contoso --name old',
    'pocket-hsm key recover --id https://contoso.managedhsm.azure.net/deletedKeys/old',
  ],
  columns: KEY_COLUMNS,
  run: async ({ request, target }) =>
    keyOutput(await request<WireKey>('POST', pathOf('deletedkeys', target, 'recover'))),
})

export const purge: KeyCommand = keyCommand({
  name: 'purge',
  summary: 'purge a deleted key: it cannot be recovered',
  about: 'key',
  options: [],
  examples: ['pocket-hsm key purge --hsm-name contoso --name old'],
  columns: [],
  run: ({ request, target }) => request('DELETE', pathOf('deletedkeys', target)),
})
