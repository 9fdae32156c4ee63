/** `pocket-hsm key list`, `list-versions` and `list-deleted`. */

import { wholeNumber } from '../shared/parse-option.ts'
import { DELETED_COLUMNS, ITEM_COLUMNS, itemOutput, type WireKey } from './bundles.ts'
import type { SendRequest } from './hsm-client.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { flag, option } from './options.ts'
import { pathOf } from './target.ts'

/** The options of lists. */
interface ListOptions {
  readonly maxresults?: number
  readonly includeManaged?: boolean
}

const MAX_RESULTS = option('--maxresults <number>', 'most items to list (default: all)').argParser(
  wholeNumber(1, 1_000_000_000),
)

export const list: KeyCommand = keyCommand<ListOptions>({
  name: 'list',
  summary: 'list the keys of an HSM',
  about: 'hsm',
  options: [MAX_RESULTS, flag('--include-managed [true|false]', 'keys of certificates included')],
  examples: [
    'pocket-hsm key list --hsm-name contoso',
    'pocket-hsm key list --id https://contoso.managedhsm.azure.net/ --output table',
  ],
  columns: ITEM_COLUMNS,
  run: async ({ request }, { maxresults, includeManaged = false }) => {
    const items = await listAll(request, '/keys', maxresults)
    return items.filter(({ managed }) => includeManaged || managed !== true).map(itemOutput)
  },
})

export const listVersions: KeyCommand = keyCommand<ListOptions>({
  name: 'list-versions',
  summary: 'list the versions of a key',
  about: 'key',
  options: [MAX_RESULTS],
  examples: ['pocket-hsm key list-versions --hsm-name contoso --name orders --output table'],
  columns: ITEM_COLUMNS,
  run: async ({ request, target }, { maxresults }) => {
    const items = await listAll(request, pathOf('keys', target, 'versions'), maxresults)
    return items.map(itemOutput)
  },
})

export const listDeleted: KeyCommand = keyCommand<ListOptions>({
  name: 'list-deleted',
  summary: 'list the deleted keys that can be recovered',
  about: 'hsm',
  options: [MAX_RESULTS],
  examples: ['pocket-hsm key list-deleted --hsm-name contoso --output table'],
  columns: DELETED_COLUMNS,
  run: async ({ request }, { maxresults }) => {
    const items = await listAll(request, '/deletedkeys', maxresults)
    return items.map(itemOutput)
  },
})

/** Requests one page after the other until there are enough items. */
async function listAll(
  request: SendRequest,
  path: string,
  most = Infinity,
): Promise<readonly WireKey[]> {
  const items: WireKey[] = []
  let next: string | null | undefined = path
  while (next && items.length < most) {
    const page: { readonly value: readonly WireKey[]; readonly nextLink?: string | null } =
      await request('GET', next)
    items.push(...page.value)
    next = page.nextLink
  }
  return items.slice(0, most)
}
