/** `pocket-hsm key create`. */

import { serverError } from '../../server-error.ts'
import { wholeNumber } from '../shared/parse-option.ts'
import { ML_DSA_ALGORITHMS, withExternalKeys, withMlDsa, withOperations } from './api-versions.ts'
import { KEY_COLUMNS, keyOutput, type WireKey } from './bundles.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { keyTypeOf, type NewKeyOptions, newKeyMembers } from './new-key.ts'
import { NEW_KEY_OPTIONS, option } from './options.ts'
import { pathOf } from './target.ts'
import { oneOf } from './values.ts'

const TYPES = ['EC', 'EC-HSM', 'RSA', 'RSA-HSM', 'oct', 'oct-HSM', 'AKP', 'AKP-HSM']

/** The options of `create`. */
interface CreateOptions extends NewKeyOptions {
  readonly kty?: string
  readonly size?: number
  readonly curve?: string
  readonly algorithm?: string
  readonly externalKeyId?: string
}

export const create: KeyCommand = keyCommand<CreateOptions>({
  name: 'create',
  summary: 'create a key, or a new version of an existing one',
  about: 'key',
  canCreateState: true,
  options: [
    option(
      '--kty <type>',
      `key type: ${TYPES.join(', ')} (default: EC with --curve, AKP with --algorithm, otherwise RSA)`,
    ).argParser(oneOf(TYPES)),
    option(
      '--size <bits>',
      'size of an RSA key: 2048, 3072, 4096; of an oct key: 128, 192, 256',
    ).argParser(wholeNumber(1, 65_536)),
    option('--algorithm <name>', `algorithm of an AKP key: ${ML_DSA_ALGORITHMS.join(', ')}`)
      .argParser(oneOf(ML_DSA_ALGORITHMS))
      .conflicts(['curve', 'size']),
    option(
      '--external-key-id <id>',
      'key of the external key manager to refer to, in place of a key of the HSM',
    ).conflicts(['kty', 'size', 'curve', 'algorithm', 'exportable', 'policy', 'defaultCvmPolicy']),
    ...NEW_KEY_OPTIONS,
  ],
  examples: [
    'pocket-hsm key create --hsm-name contoso --name orders --kty RSA-HSM --size 3072 --ops wrapKey unwrapKey',
    'pocket-hsm key create --hsm-name contoso -n receipts --kty EC-HSM --curve P-256 --ops sign verify --tags usage=signing appname=shop',
    'pocket-hsm key create --hsm-name contoso -n content --kty oct-HSM --size 256 --ops encrypt decrypt',
    'pocket-hsm key create --hsm-name contoso -n firmware --kty AKP-HSM --algorithm ML-DSA-65',
    'pocket-hsm key create --hsm-name contoso -n kek --kty RSA-HSM --ops import',
    'pocket-hsm key create --hsm-name contoso -n model --kty EC-HSM --exportable true --policy policy.json',
    'pocket-hsm key create --hsm-name contoso -n external --external-key-id kek-2030',
  ],
  columns: KEY_COLUMNS,
  run: async ({ request, target }, options) => {
    const path = pathOf('keys', { ...target, version: '' }, 'create')
    return keyOutput(
      options.externalKeyId === undefined
        ? await request<WireKey>('POST', ...newKey(path, options))
        : await request<WireKey>('POST', withExternalKeys(path), referenceTo(options)),
    )
  },
})

function typeFor({ curve, algorithm }: CreateOptions): string {
  if (algorithm !== undefined) return 'AKP'
  return curve === undefined ? 'RSA' : 'EC'
}

/** The path and the body of a key that the HSM makes. */
function newKey(path: string, options: CreateOptions): readonly [path: string, body: object] {
  const { size, curve, algorithm, ops } = options
  const kty = keyTypeOf(options.kty ?? typeFor(options), options.protection)
  const isAkp = kty.startsWith('AKP')
  if (algorithm !== undefined && !isAkp) {
    throw serverError('BadOption', `--algorithm is for keys of type AKP, not ${kty}.`)
  }
  if (algorithm === undefined && isAkp) {
    const known = ML_DSA_ALGORITHMS.join(', ')
    throw serverError('BadOption', `A key of type ${kty} needs an --algorithm: ${known}.`)
  }
  const members = { kty, alg: algorithm, key_size: size, crv: curve, key_ops: ops }
  return [
    isAkp ? withMlDsa(path) : withOperations(path, ops),
    { ...members, ...newKeyMembers(options) },
  ]
}

/** The body of a reference to an external key, which decides the type. */
function referenceTo({ externalKeyId, ops, ...options }: CreateOptions): object {
  const { attributes, ...members } = newKeyMembers(options)
  return {
    ...members,
    key_ops: ops,
    attributes: { ...attributes, external_key: { id: externalKeyId } },
  }
}
