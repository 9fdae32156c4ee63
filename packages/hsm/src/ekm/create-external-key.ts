/** Create key with a reference to an external key: POST /keys/{name}/create with `attributes.external_key`. */

import { toBase64url } from '@pocket-hsm/crypto'
import type { KeyOperation } from '@pocket-hsm/lifecycle'
import { askExternalKeyManager, connectionOf } from '../engine/ask-external-key-manager.ts'
import { type Call, readNewName } from '../engine/audit-context.ts'
import type { Engine, Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { readRecord, runStep } from '../engine/run-step.ts'
import { parseMetadata } from '../external-keys/check-answer.ts'
import type {
  ExternalKeyMetadata,
  ExternalKeyReference,
} from '../external-keys/external-key-manager.ts'
import { badParameter, printable } from '../hsm-error.ts'
import type { KeyBundle } from '../keys/bundles.ts'
import { EXTERNAL_KEY_OPTIONS } from '../keys/key-options.ts'
import {
  checkWindow,
  type NewKeyParameters,
  parseAttributes,
  parseExternalKeyOps,
  parseTags,
} from '../keys/key-parameters.ts'
import { checkMayAddVersion, checkSameOrigin, newVersionStep } from '../keys/new-version.ts'
import { checkOptions, requireOption } from '../options/check-options.ts'
import { isExternalKeyInUse } from '../state/find-external-key.ts'
import type { ExternalKey } from '../state/hsm-state.ts'

/** Which external key to refer to. */
export interface CreateExternalKeyParameters extends Pick<NewKeyParameters, 'attributes' | 'tags'> {
  /** The key of the external key manager. */
  readonly externalKey: ExternalKeyReference
  /** `wrapKey` and `unwrapKey`, or one of them. Defaults to both. */
  readonly keyOps?: readonly KeyOperation[] | undefined
}

/**
 * Creates a key whose material an external key manager has, or a new version of one that is there.
 *
 * The HSM asks the external key manager for the key's type, size and public part, and keeps them: reading the key does not
 * reach the manager again, wrapping and unwrapping do. Nothing else can be done with the key. To rotate it, create a new
 * version with another external key. If it throws, nothing has changed.
 *
 * @param name - 1 to 127 letters, digits and hyphens; compared without regard to case.
 * @returns The bundle of the new version: `RSA-HSM` or `oct-HSM`, with `attributes.external_key`.
 * @throws {@link HsmError} 400 `BadParameter` - an id that is none, an operation other than the two, an attribute or tag
 *   outside what the service takes, a vault, an HSM without connection, or a key whose other versions are not external.
 * @throws {@link HsmError} 409 `Conflict` - the external key is that of another version already, or a deleted key holds
 *   the name (`ObjectIsDeletedButRecoverable`).
 * @throws {@link HsmError} - what the external key manager refuses, such as 404 `KeyNotFound`; 502 `BadGateway` or 504
 *   `GatewayTimeout` if it cannot be reached, gives a wrong answer or takes longer than 250 ms.
 * @see Key Vault REST API 2026-01-01-preview, Create Key; Managed HSM external key management, external key lifecycle
 *
 * @example
 * ```ts
 * import { createEkmConnection, createExternalKey, createExternalKeyManager, createHsm, createKey, wrapKey } from 'pocket-hsm'
 *
 * const external = createHsm()
 * createKey(external, 'kek-2030', { kty: 'oct-HSM' })
 * const hsm = createHsm({ externalKeyManager: createExternalKeyManager(external) })
 * createEkmConnection(hsm, { host: 'ekm.contoso.com', serverCaCertificates: [] })
 * createExternalKey(hsm, 'kek', { externalKey: { id: 'kek-2030' } }).attributes.external_key // { id: 'kek-2030' }
 * wrapKey(hsm, 'kek', { alg: 'A256KW', value: new Uint8Array(32) }).value.length // 40
 * ```
 */
export function createExternalKey(
  hsm: Hsm,
  name: string,
  parameters: CreateExternalKeyParameters,
): KeyBundle {
  return runOperation(hsm, 'createKey', (call) => {
    readNewName(call, name)
    const { engine } = call
    checkOptions('createExternalKey', parameters, EXTERNAL_KEY_OPTIONS)
    if (!engine.profile.externalKeys) throw badParameter('A vault has no external keys.')
    const { id, ...rest } = parse(engine, parameters)
    const { record, context } = readRecord(call, name)
    checkMayAddVersion(record, 'create', context)
    checkSameOrigin(record, true, context)
    connectionOf(engine)
    const checkFree = () => {
      if (!isExternalKeyInUse(engine.state, id)) return
      throw context.refuse('externalKeyInUse', { reference: id })
    }
    checkFree()
    const before = engine.state
    const material = referTo(call, id)
    // The manager may have called the HSM.
    if (engine.state !== before) checkFree()
    return runStep(call, name, newVersionStep, { command: 'create', name, material, ...rest })
  })
}

const ID = /^[0-9a-z-]{1,64}$/i

function parse(engine: Engine, parameters: CreateExternalKeyParameters) {
  const { id } = requireOption('createExternalKey', 'externalKey', parameters.externalKey)
  if (typeof id !== 'string' || !ID.test(id)) {
    throw badParameter(
      `The id of an external key must be 1 to 64 letters, digits and hyphens: ${printable(id).slice(0, 64)}`,
    )
  }
  const named = parameters.attributes?.external_key ?? undefined
  if (named !== undefined && named.id !== id) {
    throw badParameter('attributes.external_key must be the externalKey, or absent.')
  }
  const attributes = parseAttributes(parameters.attributes)
  checkWindow(attributes)
  if (attributes.exportable === true) throw badParameter('An external key cannot be exportable.')
  return {
    id,
    keyOps: parseExternalKeyOps(parameters.keyOps),
    attributes,
    tags: parseTags(parameters.tags, engine.profile),
  }
}

function referTo(call: Call, keyId: string): ExternalKey {
  const metadata = askExternalKeyManager(call, { operation: 'metadata', keyId }, parseMetadata)
  const { keyType, keySize, n, e }: ExternalKeyMetadata = metadata
  return {
    kty: keyType === 'RSA' ? 'RSA-HSM' : 'oct-HSM',
    external: {
      id: keyId,
      bits: keySize,
      ...(n && { n: toBase64url(n) }),
      ...(e && { e: toBase64url(e) }),
    },
  }
}
