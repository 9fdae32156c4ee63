/** Rotate key: POST /keys/{name}/rotate. */

import { currentVersion, type KeyVersion, refusalOf } from '@pocket-hsm/lifecycle'
import { answer } from '../answer.ts'
import type { KeyBundle } from '../bundles.ts'
import type { Hsm } from '../hsm.ts'
import type { StoredKey } from '../hsm-state.ts'
import { parseNameOf } from '../key-reference.ts'
import { newMaterial, specOf } from '../new-material.ts'
import { checkMayAddVersion, newVersionStep } from '../new-version.ts'
import { peek, runStep } from '../run-step.ts'

/**
 * Makes a new version of a key now: the same type, size or curve, operations and tags, new material.
 *
 * The older versions stay usable and keep their state. The new one is enabled and has no window.
 * All or nothing.
 *
 * @param name - The key's name or identifier; a version in it is not looked at.
 * @returns The bundle of the new version.
 * @throws {@link HsmError} 404 `KeyNotFound` - no such key, or a deleted one.
 * @throws {@link HsmError} 403 `Forbidden` - the limit of versions has been reached.
 * @see Key Vault REST API, Rotate Key
 *
 * @example
 * ```ts
 * import { createHsm, createKey, listKeyVersions, rotateKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const before = createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * const after = rotateKey(hsm, 'orders')
 * after.key.x === before.key.x // false
 * listKeyVersions(hsm, 'orders').value.length // 2
 * ```
 */
export function rotateKey(hsm: Hsm, name: string): KeyBundle {
  return answer(hsm, (engine) => {
    const keyName = parseNameOf(engine.baseUrl, name)
    const { record, context } = peek(engine, keyName)
    checkMayAddVersion(record, 'rotate', context)
    if (record === undefined) throw context.refuse(refusalOf(undefined, 'rotate') ?? 'keyNotFound')
    const { material: before, keyOps, tags }: KeyVersion<StoredKey> = currentVersion(record)
    const place = { name: keyName, record, incarnation: context.incarnation }
    const material = newMaterial(engine, place, before.kty, specOf(before.key))
    const version = { command: 'rotate' as const, name: keyName, material, keyOps, tags }
    return runStep(engine, keyName, newVersionStep, { ...version, attributes: {} })
  })
}
