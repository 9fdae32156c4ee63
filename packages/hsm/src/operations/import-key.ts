/** Import key: PUT /keys/{name}. */

import { importJwk, isCryptoError, type JsonWebKey, type KeyMaterial } from '@pocket-hsm/crypto'
import type { KeyOperation } from '@pocket-hsm/lifecycle'
import { answer } from '../answer.ts'
import type { KeyBundle } from '../bundles.ts'
import type { Engine, Hsm } from '../hsm.ts'
import { badParameter, HsmError } from '../hsm-error.ts'
import type { StoredKey } from '../hsm-state.ts'
import { importedMaterial } from '../imported-material.ts'
import {
  checkWindow,
  type NewKeyParameters,
  parseAttributes,
  parseNewKeyOps,
  parseTags,
} from '../key-parameters.ts'
import { parseKeyName } from '../key-reference.ts'
import { newVersionStep } from '../new-version.ts'
import { checkExportable } from '../release-policy.ts'
import { runStep } from '../run-step.ts'

/** What goes with an imported key. */
export interface ImportKeyParameters extends NewKeyParameters {}

/**
 * Imports a private or symmetric key as a JWK; a new version where the name is taken.
 *
 * Every member is checked: n = p·q, exponents that belong together, a point on its curve with d·G = (x, y).
 * The JWK is not kept or changed. All or nothing.
 *
 * @param name - 1 to 127 letters, digits and hyphens; compared without regard to case.
 * @param jwk - RSA of 2048, 3072 or 4096 bits (`n e d`, and `p q dp dq qi`, computed when absent); EC with
 *   `crv x y d`; oct with `k` of 16, 24 or 32 octets. `kty` with or without `-HSM`; `kid` is not looked at.
 * @param parameters - `keyOps` counts before the JWK's own `key_ops`.
 * @returns The bundle of the new version, public part only.
 * @throws {@link HsmError} 400 `BadParameter` - a JWK that is no valid private key (the error's `cause` says
 *   which member), or parameters outside what the service takes.
 * @throws {@link HsmError} 400 `BadParameter` (`KeyTypeNotSupported`) - a type that the profile does not have.
 * @throws {@link HsmError} 409 `Conflict` (`ObjectIsDeletedButRecoverable`) - a deleted key holds the name.
 * @throws {@link HsmError} 403 `Forbidden` - the limit of keys or versions has been reached.
 * @see Key Vault REST API, Import Key; RFC 7518 section 6
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
  return answer(hsm, (engine) => {
    parseKeyName(name)
    const { kty, key } = parseJwk(jwk)
    const material = importedMaterial(engine, kty, key)
    const keyOps = (parameters.keyOps ?? jwk.key_ops) as readonly KeyOperation[] | undefined
    return addImported(engine, name, material, { ...parameters, keyOps })
  })
}

/** Adds the imported material as a new version. */
export function addImported(
  engine: Engine,
  name: string,
  material: StoredKey,
  parameters: ImportKeyParameters,
): KeyBundle {
  const attributes = parseAttributes(parameters.attributes)
  checkWindow(attributes)
  checkExportable(engine.profile, attributes.exportable, parameters)
  return runStep(engine, name, newVersionStep, {
    command: 'import',
    name,
    material,
    keyOps: parseNewKeyOps(parameters.keyOps, material.kty),
    attributes,
    tags: parseTags(parameters.tags),
  })
}

function parseJwk(jwk: JsonWebKey): { readonly kty: string; readonly key: KeyMaterial } {
  if (typeof jwk !== 'object' || jwk === null || typeof jwk.kty !== 'string') throw invalidJwk()
  if (jwk.key_hsm !== undefined) {
    throw badParameter('Transfer blobs in key_hsm are not offered: import the key itself.')
  }
  try {
    return { kty: jwk.kty, key: importJwk({ ...jwk, kty: jwk.kty.replace(/-HSM$/i, '') }) }
  } catch (error) {
    throw isCryptoError(error) ? invalidJwk(error) : error
  }
}

/** The service's one text; what was wrong stands in the cause. */
function invalidJwk(cause?: unknown): HsmError {
  return new HsmError({
    status: 400,
    code: 'BadParameter',
    message: 'The property "key" must be a valid JsonWebKey object.',
    cause,
  })
}
