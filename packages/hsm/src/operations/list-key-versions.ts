/** List key versions: GET /keys/{name}/versions. */

import { readName } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import { type KeyItem, keyVersionItem } from '../keys/bundles.ts'
import { PAGE_OPTIONS } from '../keys/key-options.ts'
import type { StepContext } from '../keys/key-step.ts'
import { type Page, type PageParameters, readPage } from '../keys/pages.ts'
import { checkOptions } from '../options/check-options.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'

/**
 * Lists the versions of a key, a page at a time: oldest first on a Managed HSM, by identifier in a vault.
 *
 * @param name - The key's name or identifier; a version in it is not looked at.
 * @param page - At most 25 items; see {@link PageParameters}.
 * @returns One item for each version; like the service, an empty page if there is no active key of that name.
 * @throws {@link HsmError} 400 `BadParameter` - not a key's name, a page length under 1, or a marker that no
 *   page gave.
 * @see Key Vault REST API, Get Key Versions
 *
 * @example
 * ```ts
 * import { createHsm, createKey, listKeyVersions, rotateKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'oct-HSM' })
 * const { key } = rotateKey(hsm, 'orders')
 * listKeyVersions(hsm, 'orders').value[1]?.kid === key.kid // true
 * listKeyVersions(hsm, 'nobody').value // []
 * ```
 */
export function listKeyVersions(hsm: Hsm, name: string, page: PageParameters = {}): Page<KeyItem> {
  return runOperation(hsm, 'listKeyVersions', (call) => {
    const keyName = readName(call, name)
    checkOptions('listKeyVersions', page ?? {}, PAGE_OPTIONS)
    return runStep(call, keyName, listKeyVersionsStep, page)
  })
}

function listKeyVersionsStep(
  record: HsmKeyRecord | undefined,
  page: PageParameters,
  context: StepContext,
): { readonly record: HsmKeyRecord | undefined; readonly result: Page<KeyItem> } {
  const listed = record?.state === 'active' ? record : undefined
  const byVersion = context.profile.listOrder === 'name'
  const positioned = (listed?.versions ?? []).map(
    (version, ordinal) =>
      [byVersion ? version.version : String(ordinal).padStart(16, '0'), version] as const,
  )
  if (byVersion) positioned.sort(([a], [b]) => (a < b ? -1 : 1))
  const result = readPage(
    page,
    context.strict,
    (after) => positioned.filter(([position]) => after === undefined || position > after),
    (version) => keyVersionItem(listed as HsmKeyRecord, context, version),
  )
  return { record, result }
}
