/** Import of a PEM file, as `az keyvault key import --pem-file` does. */

import { importPem as readPem } from '@pocket-hsm/crypto'
import { readNewName } from '../engine/audit-context.ts'
import type { Hsm } from '../engine/hsm.ts'
import { importedMaterial } from '../engine/imported-material.ts'
import { runOperation } from '../engine/run-operation.ts'
import { badParameter } from '../hsm-error.ts'
import type { KeyBundle } from '../keys/bundles.ts'
import { NEW_KEY_OPTIONS } from '../keys/key-options.ts'
import { checkOptions, OPTION_CHECKS, optionTable } from '../options/check-options.ts'
import { addImported, type ImportKeyParameters } from './import-key.ts'

/** The options of `importPem`. */
export interface ImportPemParameters extends ImportKeyParameters {
  /** Opens an encrypted key. */
  readonly password?: string | Uint8Array | undefined
  /** Whether to make the -HSM form of the key's type; a Managed HSM always does. Defaults to `false`. */
  readonly hardwareProtected?: boolean | undefined
}

/**
 * Imports the private key of a PEM file; a new version where the name is taken.
 *
 * Reads PKCS#8, PKCS#1, SEC 1, PKCS#8 encrypted by PBES2 (PBKDF2 or scrypt, AES-CBC) and the older
 * `Proc-Type: 4,ENCRYPTED` form with AES-CBC. All or nothing.
 *
 * @param name - 1 to 127 letters, digits and hyphens; compared without regard to case.
 * @param pem - The text of the file; text around the key is ignored.
 * @param parameters - The password of an encrypted key, and the options of any new version.
 * @returns The bundle of the new version, public part only.
 * @throws {@link HsmError} 400 `BadParameter` - no private key, a damaged one, one of a kind that cannot be
 *   imported (the text says how to convert it), a wrong or missing password, or parameters outside what the
 *   service takes.
 * @throws {@link HsmError} 400 `BadParameter` (`KeyTypeNotSupported`) - a type that the profile does not have.
 * @throws {@link HsmError} 409 `Conflict` (`ObjectIsDeletedButRecoverable`) - a deleted key holds the name.
 * @throws {@link HsmError} 403 `Forbidden` - the limit of keys or versions has been reached.
 * @see RFC 7468; RFC 5958; RFC 8017 appendix A.1.2; RFC 5915; RFC 8018
 *
 * @example
 * ```ts
 * import { generateKeyPairSync } from 'node:crypto'
 * import { createHsm, importPem } from 'pocket-hsm'
 *
 * const { privateKey } = generateKeyPairSync('ec', {
 *   namedCurve: 'P-256',
 *   publicKeyEncoding: { type: 'spki', format: 'pem' },
 *   privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'swordfish' },
 * })
 * importPem(createHsm(), 'orders', privateKey, { password: 'swordfish' }).key.crv // 'P-256'
 * ```
 */
export function importPem(
  hsm: Hsm,
  name: string,
  pem: string,
  parameters: ImportPemParameters = {},
): KeyBundle {
  return runOperation(hsm, 'importPem', (call) => {
    readNewName(call, name)
    checkOptions('importPem', parameters ?? {}, OPTIONS)
    if (typeof pem !== 'string') throw badParameter('The PEM file must be given as a string.')
    const { password, hardwareProtected, ...rest } = parameters ?? {}
    const key = readPem(pem, { password: password ?? undefined })
    const kty = hardwareProtected ? `${key.kty}-HSM` : key.kty
    return addImported(call, name, importedMaterial(call.engine, kty, key), rest)
  })
}

const OPTIONS = optionTable<ImportPemParameters>({
  ...NEW_KEY_OPTIONS,
  password: OPTION_CHECKS.stringOrBytes,
  hardwareProtected: OPTION_CHECKS.boolean,
})
