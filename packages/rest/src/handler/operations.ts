/** The operations by name: each parses its request, calls the engine and makes the response body. */

import {
  backupKey,
  createExternalKey,
  createKey,
  decrypt,
  deleteKey,
  encrypt,
  getDeletedKey,
  getKey,
  getKeyAttestation,
  getRandomBytes,
  getRotationPolicy,
  type Hsm,
  hasEkmConnection,
  importKey,
  type KeyBundle,
  listDeletedKeys,
  listKeys,
  listKeyVersions,
  type PageParameters,
  purgeDeletedKey,
  recoverDeletedKey,
  releaseKey,
  restoreKey,
  rotateKey,
  secureUnwrapKey,
  secureWrapKey,
  sign,
  toBase64url,
  unwrapKey,
  updateKey,
  updateRotationPolicy,
  verify,
  wrapKey,
} from 'pocket-hsm'
import { namedIssuer } from '../access/named-issuer.ts'
import { runWithExternalKeyManager } from '../external-keys/ask-manager.ts'
import {
  parseCreateKey,
  parseDecrypt,
  parseEncrypt,
  parseExternalKey,
  parseImportKey,
  parseKeyOperation,
  parseRandomBytes,
  parseReleaseKey,
  parseRestoreKey,
  parseRotationPolicy,
  parseSecureUnwrapKey,
  parseSecureWrapKey,
  parseSign,
  parseUpdateKey,
  parseVerify,
} from '../requests/parse-request.ts'
import { attestationBody, bundleBody, operationBody, pageBody } from '../responses/bodies.ts'
import type { OperationName } from '../routes/routes.ts'
import { hasFeature } from '../versions/has-feature.ts'
import { ML_DSA_KEYS } from '../versions/preview-features.ts'
import { badRequest } from '../wire/errors.ts'
import { getUnrecorded } from '../wire/get-unrecorded.ts'
import { parseSkipToken } from '../wire/skip-token.ts'
import { BACKUP_OPERATIONS } from './backup-operations.ts'
import type { Call } from './call.ts'
import { EKM_OPERATIONS } from './ekm-operations.ts'
import { runWithRsaKey } from './make-rsa-keys.ts'
import { ROLE_OPERATIONS } from './role-operations.ts'
import { SECURITY_DOMAIN_OPERATIONS } from './security-domain-operations.ts'
import { SETTING_OPERATIONS } from './setting-operations.ts'

/** Returns the JSON of the response body, `undefined` for a response without a body, or a `reply` with its own status. */
type Operation = (call: Call) => unknown

/** The operations. */
export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  ...ROLE_OPERATIONS,
  ...BACKUP_OPERATIONS,
  ...SETTING_OPERATIONS,
  ...SECURITY_DOMAIN_OPERATIONS,
  ...EKM_OPERATIONS,
  createKey: async (call) => bundleBody(await createKeyOfAnyOrigin(call), call),
  importKey: (call) => {
    const { jwk, parameters } = parseImportKey(call)
    return bundleBody(importKey(call.hsm, call.name, jwk, parameters), call)
  },
  getKey: (call) => bundleBody(getKey(call.hsm, call.reference), call),
  updateKey: (call) => bundleBody(updateKey(call.hsm, call.reference, parseUpdateKey(call)), call),
  deleteKey: (call) => bundleBody(deleteKey(call.hsm, call.name), call),
  listKeys: (call) => pageOf(call, listKeys(call.hsm, parsePage(call))),
  listKeyVersions: (call) => pageOf(call, listKeyVersions(call.hsm, call.name, parsePage(call))),
  listDeletedKeys: (call) => pageOf(call, listDeletedKeys(call.hsm, parsePage(call))),
  getDeletedKey: (call) => bundleBody(getDeletedKey(call.hsm, call.name), call),
  purgeDeletedKey: (call) => purgeDeletedKey(call.hsm, call.name),
  recoverDeletedKey: (call) => bundleBody(recoverDeletedKey(call.hsm, call.name), call),
  backupKey: (call) => ({ value: toBase64url(backupKey(call.hsm, call.name)) }),
  restoreKey: (call) => bundleBody(restoreKey(call.hsm, parseRestoreKey(call)), call),
  rotateKey: async (call) => {
    const { hsm, name } = call
    const coming = { operation: 'rotateKey', name } as const
    const run = () => rotateKey(hsm, name)
    return bundleBody(await runWithRsaKey({ ...call, coming, run }), call)
  },
  getRotationPolicy: (call) => getRotationPolicy(call.hsm, call.name),
  updateRotationPolicy: (call) =>
    updateRotationPolicy(call.hsm, call.name, parseRotationPolicy(call)),
  encrypt: (call) => operationBody(encrypt(call.hsm, call.reference, parseEncrypt(call)), call),
  decrypt: (call) => operationBody(decrypt(call.hsm, call.reference, parseDecrypt(call)), call),
  sign: (call) => {
    const parameters = withOwnAlgorithm(parseSign(call), call)
    return operationBody(sign(call.hsm, call.reference, parameters), call)
  },
  wrapKey: (call) => wrapOrUnwrap(call, wrapKey),
  unwrapKey: (call) => wrapOrUnwrap(call, unwrapKey),
  secureWrapKey: (call) =>
    operationBody(secureWrapKey(call.hsm, call.reference, parseSecureWrapKey(call)), call),
  secureUnwrapKey: async (call) => {
    const parameters = parseSecureUnwrapKey(call)
    await prepareTarget(call, parameters.target)
    return operationBody(secureUnwrapKey(call.hsm, call.reference, parameters), call)
  },
  verify: (call) => {
    const parameters = withOwnAlgorithm(parseVerify(call), call)
    const value = verify(call.hsm, call.reference, parameters)
    if (!call.wire.namesAlgorithm) return { value }
    const { kid } = getUnrecorded(call.hsm, call.reference).key
    return { alg: parameters.alg, kid, value }
  },
  releaseKey: async (call) => {
    const parameters = parseReleaseKey(call)
    await prepareTarget(call, parameters.target)
    return releaseKey(call.hsm, call.reference, { ...parameters, apiVersion: call.apiVersion })
  },
  getKeyAttestation: (call) => attestationBody(getKeyAttestation(call.hsm, call.reference), call),
  getRandomBytes: (call) => ({
    value: toBase64url(getRandomBytes(call.hsm, parseRandomBytes(call))),
  }),
}

/** Fetches the keys of the authority that issued a token, if the key's own policy names it. */
async function prepareTarget(
  { hsm, reference, prepareRelease }: Call,
  target: string,
): Promise<void> {
  if (prepareRelease === undefined) return
  const issuer = namedIssuer(hsm, reference, target)
  if (issuer !== undefined) await prepareRelease(issuer)
}

/** Adds the algorithm of an ML-DSA key to a request without one: the key has only that. */
function withOwnAlgorithm<Parameters extends { readonly alg: string }>(
  parameters: Parameters,
  { hsm, reference, apiVersion, wire }: Call,
): Parameters {
  if (parameters.alg !== '' || !hasFeature(ML_DSA_KEYS, apiVersion, wire.service)) return parameters
  try {
    return { ...parameters, alg: getUnrecorded(hsm, reference).key.alg ?? '' }
  } catch {
    // The operation itself reports what is wrong.
    return parameters
  }
}

/** Creates a key, or a reference to an external one: whatever `kty` says, that has the type of the external key. */
function createKeyOfAnyOrigin(call: Call): Promise<KeyBundle> {
  const external = parseExternalKey(call)
  if (external === undefined) return createWithRsaKey(call)
  return runWithExternalKeyManager(call, (hsm) => createExternalKey(hsm, call.name, external))
}

/** Wraps or unwraps, for which an external key manager may have to be asked. */
async function wrapOrUnwrap(call: Call, run: typeof wrapKey | typeof unwrapKey): Promise<unknown> {
  const parameters = parseKeyOperation(call)
  const runOn = (hsm: Hsm) => run(hsm, call.reference, parameters)
  const result = isExternal(call) ? await runWithExternalKeyManager(call, runOn) : runOn(call.hsm)
  return operationBody(result, call)
}

function isExternal({ hsm, reference }: Call): boolean {
  if (!hasEkmConnection(hsm)) return false
  try {
    return getUnrecorded(hsm, reference).attributes.external_key !== undefined
  } catch {
    // The operation itself reports what is wrong.
    return false
  }
}

/** Creates a key, for which an RSA key may have to be made first. */
async function createWithRsaKey(call: Call): Promise<KeyBundle> {
  const parameters = parseCreateKey(call)
  const { hsm, name } = call
  const run = () => createKey(hsm, name, parameters)
  if (!/^rsa/i.test(parameters.kty)) return run()
  return runWithRsaKey({ ...call, coming: { operation: 'createKey', name, parameters }, run })
}

function parsePage({ query }: Call): PageParameters {
  const maxResults = query.get('maxresults')
  if (maxResults !== undefined && !/^\d{1,9}$/.test(maxResults)) {
    throw badRequest('maxresults must be a whole number from 1 to 25.')
  }
  const skipToken = query.get('$skiptoken')
  return {
    maxResults: maxResults === undefined ? undefined : Number(maxResults),
    marker: skipToken === undefined ? undefined : parseSkipToken(skipToken).marker,
  }
}

function pageOf(call: Call, page: Parameters<typeof pageBody>[0]): unknown {
  const { url, wire, apiVersion, query } = call
  return pageBody(page, call, (marker) =>
    wire.nextLink({ url, marker, apiVersion, maxResults: query.get('maxresults') }),
  )
}
