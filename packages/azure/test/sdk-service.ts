/** The facade's functions over the SDK: from their parameters to its methods, from its objects to what they give. */

import type { DeletedKey, KeyClientOptions, KeyVaultKey } from '@azure/keyvault-keys'
import type { Page, PageParameters } from 'pocket-hsm'
import type { PreviewService, SeenRefusal, Service } from '../../hsm/test/conformance/subject.ts'
import { seenRefusal as seenByFetch } from '../../rest/test/rest-service.ts'
import { createCredential, type PipelineHttpClient } from '../src/index.ts'
import type { Sdk } from './sdks.ts'

const text = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString('base64url')
const bytesOf = (value: string) => Uint8Array.from(Buffer.from(value, 'base64url'))
const seconds = (date: Date | undefined) => (date === undefined ? undefined : Number(date) / 1000)
const date = (instant: number | undefined) =>
  instant === undefined ? undefined : new Date(instant * 1000)

/** Leaves out what is not there. */
const given = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

type Properties = KeyVaultKey['properties'] & Partial<DeletedKey['properties']>

/** The item of a list, and what it shares with a bundle. */
function itemOf(properties: Properties): object {
  const { enabled, notBefore, expiresOn, createdOn, updatedOn, exportable, hsmPlatform } =
    properties
  const { recoverableDays, recoveryLevel, tags, recoveryId, deletedOn, scheduledPurgeDate } =
    properties
  return given({
    attributes: given({
      enabled,
      nbf: seconds(notBefore),
      exp: seconds(expiresOn),
      created: seconds(createdOn),
      updated: seconds(updatedOn),
      recoverableDays,
      recoveryLevel,
      exportable,
      hsmPlatform,
    }),
    tags,
    recoveryId,
    deletedDate: seconds(deletedOn),
    scheduledPurgeDate: seconds(scheduledPurgeDate),
  })
}

function bundleOf({ key, properties }: KeyVaultKey | DeletedKey): never {
  const { kid, kty, keyOps, n, e, crv, x, y } = key ?? {}
  const members = { kid, kty, key_ops: keyOps, n: text(n), e: text(e), crv, x: text(x), y: text(y) }
  return { key: given(members), ...itemOf(properties) } as never
}

/** Attributes and the rest, by the names of the SDK. */
function optionsOf({
  keyOps,
  attributes = {},
  tags,
  keySize,
  crv,
  publicExponent,
}: {
  readonly keyOps?: readonly string[] | undefined
  readonly attributes?:
    | { enabled?: boolean | undefined; nbf?: number | undefined; exp?: number | undefined }
    | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly keySize?: number | undefined
  readonly crv?: string | undefined
  readonly publicExponent?: number | undefined
}): object {
  const { enabled, nbf, exp } = attributes
  const window = { enabled, notBefore: date(nbf), expiresOn: date(exp) }
  return given({ keyOps, tags, keySize, curve: crv, publicExponent, ...window })
}

/** Name and version of a reference of any form. */
function splitReference(reference: string): readonly [string, string | undefined] {
  const [name = '', version] = reference.replace(/^https?:\/\/[^/]+\/keys\//, '').split('/')
  return [name, version]
}

/** The service by way of the SDK; its own cryptography is switched off, as it would answer for the service. */
export function sdkService(
  sdk: Sdk,
  baseUrl: string,
  httpClient: PipelineHttpClient,
  more: KeyClientOptions = {},
): Service {
  const options = { httpClient, disableChallengeResourceVerification: true, ...more }
  const client = new sdk.KeyClient(baseUrl, createCredential(), options)
  const cryptography = (reference: string) => {
    const id = `${baseUrl}/keys/${splitReference(reference).filter(Boolean).join('/')}`
    const remoteOnly = { ...options, httpClient: forbiddingGet(httpClient) }
    return new sdk.CryptographyClient(id, createCredential(), remoteOnly)
  }
  /** The SDK answers with the identifier that it was made with: the version is in the key. */
  const resultOf = async (
    key: string,
    alg: string,
    { result }: { readonly result: Uint8Array },
  ) => {
    const [name, version] = splitReference(key)
    const { id } = await client.getKey(name, given({ version }))
    return { kid: String(id), alg, value: result }
  }
  const pages = pageTurner()
  const sized = ({ maxResults }: PageParameters = {}) => given({ maxPageSize: maxResults })
  return {
    createKey: async (name, { kty, ...rest }) =>
      bundleOf(await client.createKey(name, kty, optionsOf(rest))),
    importKey: async (name, jwk, parameters = {}) => {
      const binary = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'x', 'y', 'k']
      const key = Object.fromEntries(
        Object.entries(jwk).map(([member, value]) => [
          member,
          binary.includes(member) ? bytesOf(String(value)) : value,
        ]),
      )
      const asked = { ...key, ...given({ keyOps: parameters.keyOps }) }
      return bundleOf(await client.importKey(name, asked as never, optionsOf(parameters)))
    },
    getKey: async (key) => {
      const [name, version] = splitReference(key)
      return bundleOf(await client.getKey(name, given({ version })))
    },
    updateKey: async (key, parameters) => {
      const [name, version = ''] = splitReference(key)
      return bundleOf(await client.updateKeyProperties(name, version, optionsOf(parameters)))
    },
    listKeys: (asked) =>
      pages(
        asked,
        () => client.listPropertiesOfKeys().byPage(sized(asked)),
        (item) => ({ kid: item.id, ...itemOf(item) }),
      ),
    listKeyVersions: (name, asked) =>
      pages(
        asked,
        () => client.listPropertiesOfKeyVersions(name).byPage(sized(asked)),
        (item) => ({ kid: item.id, ...itemOf(item) }),
      ),
    listDeletedKeys: (asked) =>
      pages(
        asked,
        () => client.listDeletedKeys().byPage(sized(asked)),
        (item) => ({ kid: item.id, ...itemOf(item.properties) }),
      ),
    deleteKey: async (name) => bundleOf(await (await client.beginDeleteKey(name)).pollUntilDone()),
    getDeletedKey: async (name) => bundleOf(await client.getDeletedKey(name)),
    recoverDeletedKey: async (name) =>
      bundleOf(await (await client.beginRecoverDeletedKey(name)).pollUntilDone()),
    purgeDeletedKey: (name) => client.purgeDeletedKey(name),
    backupKey: async (name) => (await client.backupKey(name)) as Uint8Array,
    restoreKey: async (backup) => bundleOf(await client.restoreKeyBackup(backup)),
    rotateKey: async (name) => bundleOf(await client.rotateKey(name)),
    encrypt: async (key, { alg, value, iv, aad }) => {
      const asked = given({
        algorithm: alg,
        plaintext: value,
        iv,
        additionalAuthenticatedData: aad,
      })
      const answer = await cryptography(key).encrypt(asked as never)
      const sealed = { iv: answer.iv, tag: answer.authenticationTag }
      return { ...(await resultOf(key, alg, answer)), ...given(sealed) }
    },
    decrypt: async (key, { alg, value, iv, tag, aad }) => {
      const sealed = { iv, authenticationTag: tag, additionalAuthenticatedData: aad }
      const asked = given({ algorithm: alg, ciphertext: value, ...sealed })
      return resultOf(key, alg, await cryptography(key).decrypt(asked as never))
    },
    wrapKey: async (key, { alg, value }) =>
      resultOf(key, alg, await cryptography(key).wrapKey(alg as never, value)),
    unwrapKey: async (key, { alg, value }) =>
      resultOf(key, alg, await cryptography(key).unwrapKey(alg as never, value)),
    sign: async (key, { alg, value }) =>
      resultOf(key, alg, await cryptography(key).sign(alg as never, value)),
    verify: async (key, { alg, digest, value }) =>
      (await cryptography(key).verify(alg as never, digest, value)).result,
    getRandomBytes: (count) => client.getRandomBytes(count),
  }
}

/**
 * The same with an api-version that the SDK does not know: what it has no words for, such as a parameter set, a context or
 * secure wrap, goes by fetch; and so do bundles, as the SDK leaves the public key of ML-DSA out.
 */
export function sdkPreviewService(sdk: Service, byFetch: PreviewService): PreviewService {
  const { deleteKey, purgeDeletedKey, backupKey, restoreKey, rotateKey } = sdk
  return {
    ...byFetch,
    deleteKey,
    purgeDeletedKey,
    backupKey,
    restoreKey: async (backup) => byFetch.getKey((await restoreKey(backup)).key.kid),
    rotateKey: async (name) => byFetch.getKey((await rotateKey(name)).key.kid),
    sign: (key, parameters) =>
      (Object.keys(parameters).length === 2 ? sdk : byFetch).sign(key, parameters),
    verify: (key, parameters) =>
      (Object.keys(parameters).length === 3 ? sdk : byFetch).verify(key, parameters),
  }
}

/** Without the key, the SDK leaves everything to the service. */
function forbiddingGet(httpClient: PipelineHttpClient): PipelineHttpClient {
  return {
    sendRequest: async (request) => {
      const response = await httpClient.sendRequest(request)
      return request.method === 'GET' && response.status === 200
        ? {
            ...response,
            status: 403,
            bodyAsText: '{"error":{"code":"Forbidden","message":"not here"}}',
          }
        : response
    },
  }
}

/** The SDK hands out iterators in place of markers: a marker here is the number of an iterator. */
function pageTurner() {
  const running = new Map<
    string,
    { iterator: AsyncIterator<unknown[]>; next: IteratorResult<unknown[]> }
  >()
  return async <Item>(
    asked: PageParameters | undefined,
    begin: () => AsyncIterableIterator<Item[]>,
    toItem: (item: Item) => object,
  ): Promise<Page<never>> => {
    const marker = asked?.marker
    const iterator = (marker && running.get(marker)?.iterator) || begin()
    const page = (marker && running.get(marker)?.next) || (await iterator.next())
    const next = page.done ? page : await iterator.next()
    const value = (page.done ? [] : (page.value as Item[])).map(toItem) as never[]
    if (next.done) return { value }
    const nextMarker = String(running.size)
    running.set(nextMarker, { iterator, next })
    return { value, nextMarker }
  }
}

/** What the SDK threw: its error has the body of the answer, in its own spelling. What it has no words for went by fetch. */
export function seenRefusal(thrown: unknown): SeenRefusal {
  const { statusCode, details } = thrown as {
    readonly statusCode?: number
    readonly details?: {
      readonly error?: {
        readonly code: string
        readonly message: string
        readonly innerError?: { readonly code: string }
      }
    }
  }
  if (statusCode === undefined || details?.error === undefined) return seenByFetch(thrown)
  const { code, message, innerError } = details.error
  return { status: statusCode, code, message, ...(innerError && { innerCode: innerError.code }) }
}
