/** Request bodies of full backups, restores and settings. */

import type { StorageFolder } from '../full-backup/storage.ts'
import { badRequest } from '../wire/errors.ts'
import { flag, type Members, object, type Reader, required, text } from '../wire/members.ts'
import type { Body } from './parse-request.ts'

const storageShape = { storageResourceUri: text, token: text, useManagedIdentity: flag }
const storage = object(storageShape)
const fullRestore = object({ sasTokenParameters: storage, folderToRestore: text })
const keyRestore = object({ sasTokenParameters: storage, folder: text })

/** The service's type is `boolean` and its values are text; clients send either. */
const settingValue: Reader<string | boolean> = (value, name) => {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  throw badRequest(`The property "${name}" must be a string.`)
}
const setting = object({ value: settingValue })

/** Parses the body of POST /backup. */
export function parseBackup({ json, strict }: Body): StorageFolder {
  return folderOf(storage(json, 'body', strict), undefined)
}

/** Parses the body of POST /prebackup, of which all is optional; `undefined` if it names no storage. */
export function parseCheckBackup({ json = {}, strict }: Body): StorageFolder | undefined {
  const parsed = storage(json, 'body', strict)
  return parsed.storageResourceUri === undefined ? undefined : folderOf(parsed, undefined)
}

/** Parses the body of PUT /restore. */
export function parseFullRestore({ json, strict }: Body): StorageFolder {
  const { sasTokenParameters, folderToRestore } = fullRestore(json, 'body', strict)
  return folderOf(
    required(sasTokenParameters, 'sasTokenParameters'),
    required(folderToRestore, 'folderToRestore'),
  )
}

/** Parses the body of PUT /prerestore, of which all is optional; `undefined` if it names no folder. */
export function parseCheckRestore({ json = {}, strict }: Body): StorageFolder | undefined {
  const { sasTokenParameters, folderToRestore } = fullRestore(json, 'body', strict)
  if (sasTokenParameters === undefined && folderToRestore === undefined) return undefined
  return folderOf(
    required(sasTokenParameters, 'sasTokenParameters'),
    required(folderToRestore, 'folderToRestore'),
  )
}

/** Parses the body of PUT /keys/{name}/restore. */
export function parseKeyRestore({ json, strict }: Body): StorageFolder {
  const { sasTokenParameters, folder } = keyRestore(json, 'body', strict)
  return folderOf(required(sasTokenParameters, 'sasTokenParameters'), required(folder, 'folder'))
}

/** Parses the body of PATCH /settings/{name}. */
export function parseSetting({ json, strict }: Body): string | boolean {
  return required(setting(json, 'body', strict).value, 'value')
}

/** More characters than a URL of blob storage has. */
const LONGEST_URI = 2048
const LONGEST_FOLDER = 1024
const LONGEST_TOKEN = 4096

/**
 * Returns the folder. Clients cut its URL at different slashes, so the two parts are joined and never interpreted.
 */
function folderOf(
  { storageResourceUri, token = '', useManagedIdentity }: Members<typeof storageShape>,
  folder: string | undefined,
): StorageFolder {
  const uri = required(storageResourceUri, 'storageResourceUri')
  const query = token.replace(/^\?/, '')
  if (query === '' && useManagedIdentity !== true) {
    throw badRequest('A token is required unless useManagedIdentity is true.')
  }
  if (query.length > LONGEST_TOKEN || /[\s#\\]|[^\u0021-\u007e]/.test(query)) {
    throw badRequest('The token must be the query of a shared access signature.')
  }
  return { url: withFolder(checkUri(uri), folder), token: query }
}

function checkUri(uri: string): string {
  const url = uri.length <= LONGEST_URI && URL.canParse(uri) ? new URL(uri) : undefined
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!isHttp || url.username !== '' || url.password !== '' || /[?#\\]/.test(uri)) {
    throw badRequest('storageResourceUri must be the URL of a container, without a query.')
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

const PARENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i

function withFolder(uri: string, folder: string | undefined): string {
  if (folder === undefined) return uri
  const trimmed = folder.replace(/^\/+|\/+$/g, '')
  if (trimmed === '' || folder.length > LONGEST_FOLDER || /[?#\\]|[^\u0021-\u007e]/.test(folder)) {
    throw badRequest('The folder must be the name of a folder in the container.')
  }
  if (PARENT.test(trimmed)) throw badRequest('The folder must lie in the container.')
  return `${uri}/${trimmed}`
}
