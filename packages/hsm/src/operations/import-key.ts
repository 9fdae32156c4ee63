/** Import key: PUT /keys/{name}. */

import { fromBase64url, type JsonWebKey, toBase64url } from '@pocket-hsm/crypto'
import type { KeyOperation } from '@pocket-hsm/lifecycle'
import { type Call, readNewName } from '../engine/audit-context.ts'
import type { Engine, Hsm } from '../engine/hsm.ts'
import { importedMaterial } from '../engine/imported-material.ts'
import { runOperation } from '../engine/run-operation.ts'
import { runStep } from '../engine/run-step.ts'
import type { KeyBundle } from '../keys/bundles.ts'
import { checkJwk, parseJwk } from '../keys/jwk-input.ts'
import { NEW_KEY_OPTIONS } from '../keys/key-options.ts'
import {
  checkNotExternal,
  checkWindow,
  type NewKeyParameters,
  parseAttributes,
  parseNewKeyOps,
  parseTags,
} from '../keys/key-parameters.ts'
import { newVersionStep } from '../keys/new-version.ts'
import { checkOptions } from '../options/check-options.ts'
import { serviceError } from '../service/error-texts.ts'
import type { StoredKey } from '../state/hsm-state.ts'
import { transferredKey } from '../transfer/transferred-key.ts'

/** The options of `importKey`. */
export interface ImportKeyParameters extends NewKeyParameters {}

/**
 * Imports a private or symmetric key, as a JWK or in a transfer blob; a new version where the name is taken.
 *
 * Every member is checked: n = p·q, exponents that belong together, a point on its curve with d·G = (x, y).
 * The JWK is not kept or changed. All or nothing.
 *
 * A JWK with `key_hsm` brings the key in a transfer blob (a `.byok` file in base64url or base64), wrapped under a KEK
 * of this HSM: a key of type RSA-HSM with `import` alone in its `key_ops`. It becomes a key of the -HSM type, in a
 * vault too. {@link createTransferBlob} makes such blobs.
 *
 * @param name - 1 to 127 letters, digits and hyphens; compared without regard to case.
 * @param jwk - RSA of 2048, 3072 or 4096 bits (`n e d`, and `p q dp dq qi`, computed when absent); EC with
 *   `crv x y d`; oct with `k` of 16, 24 or 32 bytes. `kty` with or without `-HSM`; `kid` is not looked at.
 *   Or `kty` and `key_hsm`, with `crv` if it is to be checked; then no other member of a key is looked at.
 * @param parameters - `keyOps` counts before the JWK's own `key_ops`.
 * @returns The bundle of the new version, public part only.
 * @throws {@link HsmError} 400 `BadParameter` - a JWK that is no valid private key (the error's `cause` says
 *   which member), or parameters outside what the service takes,
 *   {@link createKey}'s rules of exportable keys among them.
 * @throws {@link HsmError} 400 `BadParameter` (`KeyTypeNotSupported`) - a type that the profile does not have.
 * @throws {@link HsmError} 400 `BadParameter` - a transfer blob that is not valid, that does not unwrap under its KEK
 *   (a wrong KEK and a changed byte give the same error), or that holds another kind of key.
 * @throws {@link HsmError} 404 `KeyNotFound` - the transfer blob's KEK is not there, or deleted.
 * @throws {@link HsmError} 403 `Forbidden` (`KeyDisabled`, `KeyNotYetValid`, `KeyExpired`,
 *   `KeyOperationForbidden`) - the KEK may not import.
 * @throws {@link HsmError} 409 `Conflict` (`ObjectIsDeletedButRecoverable`) - a deleted key holds the name.
 * @throws {@link HsmError} 403 `Forbidden` - the limit of keys or versions has been reached.
 * @see Key Vault REST API, Import Key; RFC 7518 section 6; Key Vault "Bring your own key specification"
 *
 * @example
 * ```ts
 * import { createHsm, importKey } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const bundle = importKey(hsm, 'content', { kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw' })
 * bundle.key.kty // 'oct-HSM'
 * ```
 */
export function importKey(
  hsm: Hsm,
  name: string,
  jwk: JsonWebKey,
  parameters: ImportKeyParameters = {},
): KeyBundle {
  return runOperation(hsm, 'importKey', (call) => {
    readNewName(call, name)
    checkOptions('importKey', parameters ?? {}, NEW_KEY_OPTIONS)
    checkJwk(jwk, call.engine.profile)
    const material = hasTransferBlob(jwk)
      ? transferredMaterial(call, jwk)
      : importedJwk(call.engine, jwk)
    const keyOps = (parameters?.keyOps ?? jwk.key_ops) as readonly KeyOperation[] | undefined
    return addImported(call, name, material, { ...parameters, keyOps })
  })
}

/** Adds the imported material as a new version. */
export function addImported(
  call: Call,
  name: string,
  material: StoredKey,
  parameters: ImportKeyParameters,
): KeyBundle {
  const { profile } = call.engine
  checkNotExternal(parameters.attributes)
  const attributes = parseAttributes(parameters.attributes)
  checkWindow(attributes)
  return runStep(call, name, newVersionStep, {
    command: 'import',
    name,
    material,
    keyOps: parseNewKeyOps(parameters.keyOps, material.kty, profile),
    attributes,
    tags: parseTags(parameters.tags, profile),
    releasePolicy: parameters.releasePolicy,
  })
}

function importedJwk(engine: Engine, jwk: JsonWebKey): StoredKey {
  const key = parseJwk(jwk, engine.profile)
  const material = importedMaterial(engine, jwk.kty, key, (rule, reason) =>
    serviceError(rule, engine.profile.family, { kind: key.kty, cause: new Error(reason) }),
  )
  if (key.kty !== 'RSA' || !engine.profile.keepsSentModulus) return material
  const sent = fromBase64url(jwk.n as string)
  return sent[0] === 0 ? { ...material, sentModulus: toBase64url(sent) } : material
}

function transferredMaterial(call: Call, jwk: JsonWebKey): StoredKey {
  const { kty, key } = transferredKey(call, jwk)
  return importedMaterial(call.engine, kty, key)
}

const hasTransferBlob = ({ key_hsm }: JsonWebKey): boolean =>
  key_hsm !== undefined && key_hsm !== null
