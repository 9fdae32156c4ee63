/** Import of a whole HSM. */

import { equalBytes, Secret } from '@pocket-hsm/crypto'
import { createHsm, type Engine, engineOf, type Hsm, handleOf } from '../engine/hsm.ts'
import type { HsmOptions } from '../engine/hsm-options.ts'
import { badParameter } from '../hsm-error.ts'
import { ACCESS_CONTROL } from '../roles/access-control.ts'
import { ACTIVATION } from '../state/activation.ts'
import { readMember } from '../state/administration.ts'
import { EMPTY_STATE } from '../state/hsm-state.ts'
import { emptyMap } from '../state/sorted-map.ts'
import { idOf, openItems } from './sealed-items.ts'
import { type ParsedSettings, parseSettings, type SettingsJson } from './settings-json.ts'
import { nameState } from './state-id.ts'
import { withChanges } from './state-json.ts'

/**
 * Creates an HSM from an export: it returns what the exported one would have returned.
 *
 * The clock and the attestation keys are the importing host's. What the export holds otherwise may be repeated in the
 * options but not changed; only the address may differ.
 *
 * @param bytes - What {@link exportState} returned.
 * @param options - As for `createHsm`. `securityDomain` must be that of the exported HSM; where that was derived from
 *   its `seed`, the seed will do.
 * @throws {@link HsmError} 400 `BadParameter` - neither domain nor seed, an option that `createHsm` refuses, or one
 *   that contradicts the export.
 * @throws {@link HsmError} 400 `StateDamaged` - no export, or one that is not as it was made: one byte is enough.
 * @throws {@link HsmError} 400 `StateOfAnotherDomain` - made under another security domain.
 * @throws {@link HsmError} 400 `StateFormatUnknown` - made by a later version in a format that this one does not know.
 * @throws {@link HsmError} 400 `StateOfAnotherKind` - changes, which are for {@link applyChanges}.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, exportState, importState, rotateKey } from 'pocket-hsm'
 *
 * const hsm = createHsm({ seed: 'orders test' })
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const copy = importState(exportState(hsm), { seed: 'orders test' })
 * rotateKey(copy, 'orders').key.x === rotateKey(hsm, 'orders').key.x // true
 * ```
 */
export function importState(bytes: Uint8Array, options: HsmOptions): Hsm {
  const given = engineOf(createHsm(options))
  if (options?.securityDomain === undefined && options?.seed === undefined) {
    throw badParameter(
      'importState needs the securityDomain of the exported HSM, or its seed where it had no other domain.',
    )
  }
  const items = openItems('state', given.securityDomain, bytes)
  const json = JSON.parse(items.next().value as string) as SettingsJson
  const settings = parseSettings(json)
  const { baseUrl } = options.baseUrl === undefined ? settings : given
  const incarnations = settings.seed && emptyMap<number>()
  const state = withChanges({ ...EMPTY_STATE, incarnations }, settings, items, json)
  checkAgreement(options, given, { ...settings, state })
  const hsm = handleOf(json.profile, { ...given, ...settings, baseUrl, state })
  nameState(hsm, { id: json.state ?? idOf(bytes), isOwn: json.state === undefined })
  return hsm
}

/** Nothing wins in silence: an option that is given says what the export says. */
function checkAgreement(options: HsmOptions, given: Engine, settings: Exported): void {
  for (const { name, asked, sameIn } of AGREEMENTS) {
    if (asked(options) !== undefined && !sameIn(given, settings)) {
      throw badParameter(`The option ${name} contradicts the state export: leave it out.`)
    }
  }
}

/** What an export holds. */
type Exported = ParsedSettings & Pick<Engine, 'state'>

interface Agreement {
  readonly name: string
  readonly asked: (options: HsmOptions) => unknown
  readonly sameIn: (given: Exported, exported: Exported) => boolean
}

const agreement = (
  name: string,
  asked: Agreement['asked'],
  of: (settings: Exported) => unknown,
): Agreement => ({
  name,
  asked,
  sameIn: (given, exported) => of(given) === of(exported),
})

const AGREEMENTS: readonly Agreement[] = [
  agreement(
    'profile',
    (options) => options.profile,
    ({ profile }) => profile,
  ),
  agreement(
    'strict',
    (options) => options.strict,
    ({ strict }) => strict,
  ),
  ...(['softDeleteRetentionDays', 'purgeProtection', 'settlingSeconds'] as const).map((name) =>
    agreement(
      name,
      (options) => options[name],
      ({ container }) => container[name],
    ),
  ),
  ...(['keys', 'versions'] as const).map((name) =>
    agreement(
      `limits.${name}`,
      ({ limits }) => limits?.[name],
      ({ limits }) => limits[name],
    ),
  ),
  agreement(
    'activated',
    (options) => options.activated,
    ({ state }) => readMember(state, ACTIVATION).isActivated,
  ),
  agreement(
    'accessControl',
    (options) => options.accessControl,
    ({ state }) => readMember(state, ACCESS_CONTROL),
  ),
  {
    name: 'seed',
    asked: ({ seed }) => seed,
    sameIn: (given, exported) => isSameSeed(given.seed, exported.seed),
  },
]

function isSameSeed(a: Engine['seed'], b: Engine['seed']): boolean {
  return a !== undefined && b !== undefined && equalBytes(Secret.reveal(a), Secret.reveal(b))
}
