/** The operations by name: each reads its request, asks the engine, and writes the answer. */

import {
  backupKey,
  createKey,
  decrypt,
  deleteKey,
  encrypt,
  forkHsm,
  getDeletedKey,
  getKey,
  getKeyAttestation,
  getRandomBytes,
  getRotationPolicy,
  type Hsm,
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
  sign,
  toBase64url,
  unwrapKey,
  updateKey,
  updateRotationPolicy,
  verify,
  wrapKey,
} from 'pocket-hsm'
import { namedIssuer, type ReleasePreparation } from '../access/named-issuer.ts'
import {
  type Body,
  parseCreateKey,
  parseDecrypt,
  parseEncrypt,
  parseImportKey,
  parseKeyOperation,
  parseRandomBytes,
  parseReleaseKey,
  parseRestoreKey,
  parseRotationPolicy,
  parseUpdateKey,
  parseVerify,
} from '../requests/requests.ts'
import {
  type AnswerStyle,
  attestationAnswer,
  bundleAnswer,
  operationAnswer,
  pageAnswer,
} from '../responses/answers.ts'
import type { OperationName } from '../routes/routes.ts'
import { badRequest } from '../wire/errors.ts'
import { type RsaKeyMaker, runWithRsaKey } from './slow-work.ts'

/** A request that has come as far as the engine. */
export interface Call extends AnswerStyle, Body {
  /** Seen at the address that the client used. */
  readonly hsm: Hsm
  readonly url: URL
  /** The query, names in lower case. */
  readonly query: ReadonlyMap<string, string>
  /** The name of the key; empty where the path has none. */
  readonly name: string
  /** The name, with the version where the path has one. */
  readonly reference: string
  readonly makeRsaKey: RsaKeyMaker | undefined
  /** That of the request. */
  readonly signal: AbortSignal
  readonly prepareRelease: ReleasePreparation | undefined
}

/** What goes into the body of the answer; `undefined` for an answer without one. */
type Operation = (call: Call) => unknown

/** The operations. */
export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  createKey: async (call) => bundleAnswer(await createSlowly(call), call),
  importKey: (call) => {
    const { jwk, parameters } = parseImportKey(call)
    return bundleAnswer(importKey(call.hsm, call.name, jwk, parameters), call)
  },
  getKey: (call) => bundleAnswer(getKey(call.hsm, call.reference), call),
  updateKey: (call) =>
    bundleAnswer(updateKey(call.hsm, call.reference, parseUpdateKey(call)), call),
  deleteKey: (call) => bundleAnswer(deleteKey(call.hsm, call.name), call),
  listKeys: (call) => pageOf(call, listKeys(call.hsm, parsePage(call))),
  listKeyVersions: (call) => pageOf(call, listKeyVersions(call.hsm, call.name, parsePage(call))),
  listDeletedKeys: (call) => pageOf(call, listDeletedKeys(call.hsm, parsePage(call))),
  getDeletedKey: (call) => bundleAnswer(getDeletedKey(call.hsm, call.name), call),
  purgeDeletedKey: (call) => purgeDeletedKey(call.hsm, call.name),
  recoverDeletedKey: (call) => bundleAnswer(recoverDeletedKey(call.hsm, call.name), call),
  backupKey: (call) => ({ value: toBase64url(backupKey(call.hsm, call.name)) }),
  restoreKey: (call) => bundleAnswer(restoreKey(call.hsm, parseRestoreKey(call)), call),
  rotateKey: async (call) => {
    const { hsm, name } = call
    const coming = { operation: 'rotateKey', name } as const
    const run = () => rotateKey(hsm, name)
    return bundleAnswer(await runWithRsaKey({ ...call, coming, run }), call)
  },
  getRotationPolicy: (call) => getRotationPolicy(call.hsm, call.name),
  updateRotationPolicy: (call) =>
    updateRotationPolicy(call.hsm, call.name, parseRotationPolicy(call)),
  encrypt: (call) => operationAnswer(encrypt(call.hsm, call.reference, parseEncrypt(call)), call),
  decrypt: (call) => operationAnswer(decrypt(call.hsm, call.reference, parseDecrypt(call)), call),
  sign: (call) => operationAnswer(sign(call.hsm, call.reference, parseKeyOperation(call)), call),
  wrapKey: (call) =>
    operationAnswer(wrapKey(call.hsm, call.reference, parseKeyOperation(call)), call),
  unwrapKey: (call) =>
    operationAnswer(unwrapKey(call.hsm, call.reference, parseKeyOperation(call)), call),
  verify: (call) => {
    const parameters = parseVerify(call)
    const value = verify(call.hsm, call.reference, parameters)
    if (!call.personality.namesAlgorithm) return { value }
    const { kid } = lookAt(call, call.reference).key
    return { alg: parameters.alg, kid, value }
  },
  releaseKey: async (call) => {
    const parameters = parseReleaseKey(call)
    if (call.prepareRelease !== undefined) {
      const issuer = namedIssuer(call.hsm, call.reference, parameters.target)
      if (issuer !== undefined) await call.prepareRelease(issuer)
    }
    return releaseKey(call.hsm, call.reference, { ...parameters, apiVersion: call.apiVersion })
  },
  getKeyAttestation: (call) => attestationAnswer(getKeyAttestation(call.hsm, call.reference), call),
  getRandomBytes: (call) => ({
    value: toBase64url(getRandomBytes(call.hsm, parseRandomBytes(call))),
  }),
}

/** A key as the handler itself wants to know it: nobody called, so it looks at a copy, whose trail nobody reads. */
const lookAt = ({ hsm }: Call, reference: string): KeyBundle => getKey(forkHsm(hsm), reference)

/** An RSA key may have to be made first. */
async function createSlowly(call: Call): Promise<KeyBundle> {
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
  return {
    maxResults: maxResults === undefined ? undefined : Number(maxResults),
    marker: query.get('$skiptoken'),
  }
}

function pageOf(call: Call, page: Parameters<typeof pageAnswer>[0]): unknown {
  const { url, personality, apiVersion, query } = call
  return pageAnswer(page, call, (marker) =>
    personality.nextLink({ url, marker, apiVersion, maxResults: query.get('maxresults') }),
  )
}
