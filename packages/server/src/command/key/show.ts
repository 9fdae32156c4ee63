/** `pocket-hsm key show` and `set-attributes`: a version, and what may be changed of it. */

import { KEY_COLUMNS, keyOutput, type WireKey } from './bundles.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { type PolicyOptions, policyMember } from './new-key.ts'
import { ENABLED, EXPIRES, IMMUTABLE, NOT_BEFORE, OPS, POLICY, TAGS } from './options.ts'
import { pathOf } from './target.ts'
import { tags } from './values.ts'

export const show: KeyCommand = keyCommand({
  name: 'show',
  summary: 'the public part of a key, its attributes and tags',
  about: 'version',
  options: [],
  examples: [
    'pocket-hsm key show --hsm-name contoso --name orders',
    'pocket-hsm key show --id https://contoso.managedhsm.azure.net/keys/orders --output table',
  ],
  columns: KEY_COLUMNS,
  run: async ({ ask, target }) => keyOutput(await ask<WireKey>('GET', pathOf('keys', target))),
})

/** What `set-attributes` takes. */
interface AttributesOptions extends PolicyOptions {
  readonly enabled?: boolean
  readonly expires?: number
  readonly notBefore?: number
  readonly ops?: readonly string[]
  readonly tags?: true | readonly string[]
}

export const setAttributes: KeyCommand = keyCommand<AttributesOptions>({
  name: 'set-attributes',
  summary: 'change attributes, operations, tags or the policy of a key',
  about: 'version',
  options: [ENABLED, EXPIRES, NOT_BEFORE, OPS, TAGS, POLICY, IMMUTABLE],
  examples: [
    'pocket-hsm key set-attributes --hsm-name contoso -n orders --enabled false',
    'pocket-hsm key set-attributes --hsm-name contoso -n orders --expires 2040-12-31T12:00:00Z --tags team=shop',
  ],
  columns: KEY_COLUMNS,
  run: async ({ ask, target }, options) => {
    const { enabled, expires, notBefore, ops } = options
    return keyOutput(
      await ask<WireKey>('PATCH', pathOf('keys', target), {
        attributes: { enabled, exp: expires, nbf: notBefore },
        key_ops: ops,
        tags: tags(options.tags),
        release_policy: policyMember(options),
      }),
    )
  },
})
