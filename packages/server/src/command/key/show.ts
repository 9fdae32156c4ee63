/** `pocket-hsm key show` and `set-attributes`. */

import { withOperations } from './api-versions.ts'
import { KEY_COLUMNS, keyOutput, type WireKey } from './bundles.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { type PolicyOptions, policyMember } from './new-key.ts'
import { ENABLED, EXPIRES, IMMUTABLE, NOT_BEFORE, OPS, POLICY, TAGS } from './options.ts'
import { pathOf } from './target.ts'
import { tags } from './values.ts'

export const show: KeyCommand = keyCommand({
  name: 'show',
  summary: 'show the public part, the attributes and the tags of a key',
  about: 'version',
  options: [],
  examples: [
    'pocket-hsm key show --hsm-name contoso --name orders',
    'pocket-hsm key show --id https://contoso.managedhsm.azure.net/keys/orders --output table',
  ],
  columns: KEY_COLUMNS,
  run: async ({ request, target }) =>
    keyOutput(await request<WireKey>('GET', pathOf('keys', target))),
})

/** The options of `set-attributes`. */
interface AttributesOptions extends PolicyOptions {
  readonly enabled?: boolean
  readonly expires?: number
  readonly notBefore?: number
  readonly ops?: readonly string[]
  readonly tags?: true | readonly string[]
}

export const setAttributes: KeyCommand = keyCommand<AttributesOptions>({
  name: 'set-attributes',
  summary: 'change the attributes, operations, tags or policy of a key',
  about: 'version',
  options: [ENABLED, EXPIRES, NOT_BEFORE, OPS, TAGS, POLICY, IMMUTABLE],
  examples: [
    'pocket-hsm key set-attributes --hsm-name contoso -n orders --enabled false',
    'pocket-hsm key set-attributes --hsm-name contoso -n orders --expires 2040-12-31T12:00:00Z --tags team=shop',
  ],
  columns: KEY_COLUMNS,
  run: async ({ request, target }, options) => {
    const { enabled, expires, notBefore, ops } = options
    return keyOutput(
      await request<WireKey>('PATCH', withOperations(pathOf('keys', target), ops), {
        attributes: { enabled, exp: expires, nbf: notBefore },
        key_ops: ops,
        tags: tags(options.tags),
        release_policy: policyMember(options),
      }),
    )
  },
})
