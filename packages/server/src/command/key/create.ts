/** `pocket-hsm key create`. */

import { wholeNumber } from '../shared/parse-option.ts'
import { KEY_COLUMNS, keyOutput, type WireKey } from './bundles.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { keyTypeOf, type NewKeyOptions, newKeyMembers } from './new-key.ts'
import { NEW_KEY_OPTIONS, option } from './options.ts'
import { pathOf } from './target.ts'
import { oneOf } from './values.ts'

const TYPES = ['EC', 'EC-HSM', 'RSA', 'RSA-HSM', 'oct', 'oct-HSM']

/** The options of `create`. */
interface CreateOptions extends NewKeyOptions {
  readonly kty?: string
  readonly size?: number
  readonly curve?: string
}

export const create: KeyCommand = keyCommand<CreateOptions>({
  name: 'create',
  summary: 'create a key, or a new version of an existing one',
  about: 'key',
  canCreateState: true,
  options: [
    option(
      '--kty <type>',
      `key type: ${TYPES.join(', ')} (default: EC with --curve, otherwise RSA)`,
    ).argParser(oneOf(TYPES)),
    option(
      '--size <bits>',
      'size of an RSA key: 2048, 3072, 4096; of an oct key: 128, 192, 256',
    ).argParser(wholeNumber(1, 65_536)),
    ...NEW_KEY_OPTIONS,
  ],
  examples: [
    'pocket-hsm key create --hsm-name contoso --name orders --kty RSA-HSM --size 3072 --ops wrapKey unwrapKey',
    'pocket-hsm key create --hsm-name contoso -n receipts --kty EC-HSM --curve P-256 --ops sign verify --tags usage=signing appname=shop',
    'pocket-hsm key create --hsm-name contoso -n content --kty oct-HSM --size 256 --ops encrypt decrypt',
    'pocket-hsm key create --hsm-name contoso -n kek --kty RSA-HSM --ops import',
    'pocket-hsm key create --hsm-name contoso -n model --kty EC-HSM --exportable true --policy policy.json',
  ],
  columns: KEY_COLUMNS,
  run: async ({ request, target }, options) => {
    const { kty, size, curve, ops } = options
    return keyOutput(
      await request<WireKey>('POST', pathOf('keys', { ...target, version: '' }, 'create'), {
        kty: keyTypeOf(kty ?? (curve === undefined ? 'RSA' : 'EC'), options.protection),
        key_size: size,
        crv: curve,
        key_ops: ops,
        ...newKeyMembers(options),
      }),
    )
  },
})
