/** Blob storage by plain requests: writing a blob, reading one. No package of Azure is needed for that. */

import { HsmError } from 'pocket-hsm'

/** Blob storage: a function such as `fetch`. */
export type Storage = (request: Request) => Promise<Response>

/** A folder of blob storage, and what gives access to it. */
export interface StorageFolder {
  /** Its URL, without a slash at the end. */
  readonly url: string
  /** The query of a shared access signature, without the question mark; empty for none. */
  readonly token: string
}

/** A version of the service's REST API that emulators know too. */
const STORAGE_VERSION = '2021-12-02'

/** A request that takes longer has failed. */
const MOST_MILLISECONDS = 60_000

/**
 * Writes a block blob.
 *
 * @throws {@link HsmError} `StorageAccessDenied`, `StorageNotFound`, `StorageError`
 * @see Blob service REST API, Put Blob
 */
export async function writeBlob(
  storage: Storage,
  folder: StorageFolder,
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
): Promise<void> {
  const response = await send(storage, folder, name, {
    method: 'PUT',
    headers: { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/octet-stream' },
    body: bytes as BodyInit,
  })
  await response.body?.cancel()
  if (!response.ok) throw refusedBy(response, `The blob ${name} cannot be written`)
}

/**
 * Reads a blob.
 *
 * @param most - A blob of more bytes is an error.
 * @throws {@link HsmError} `StorageAccessDenied`, `StorageNotFound`, `StorageError`
 * @see Blob service REST API, Get Blob
 */
export async function readBlob(
  storage: Storage,
  folder: StorageFolder,
  name: string,
  most: number,
): Promise<Uint8Array> {
  const response = await requestBlob(storage, folder, name)
  if (response.ok) return readBytes(response, name, most)
  await response.body?.cancel()
  throw refusedBy(response, `The blob ${name} cannot be read`)
}

/** Requests a blob, whether it is there or not: for a check of what the storage allows. */
export function requestBlob(
  storage: Storage,
  folder: StorageFolder,
  name: string,
): Promise<Response> {
  return send(storage, folder, name, { method: 'GET' })
}

/** Makes the error of a response. Of what the storage says, only its error code is repeated. */
export function refusedBy(response: Response, what: string): HsmError {
  const { status } = response
  const reason = errorCodeOf(response)
  const text = reason === undefined ? `status ${status}` : `status ${status}, ${reason}`
  return storageError(CODES[status] ?? 'StorageError', `${what}: the storage returned ${text}.`)
}

/** Returns the error code of a response of blob storage, such as `ContainerNotFound`. */
export function errorCodeOf({ headers }: Response): string | undefined {
  const code = headers.get('x-ms-error-code') ?? ''
  return ERROR_CODE.test(code) ? code : undefined
}

const ERROR_CODE = /^[A-Za-z]{1,64}$/

const CODES: Readonly<Record<number, string>> = {
  401: 'StorageAccessDenied',
  403: 'StorageAccessDenied',
  404: 'StorageNotFound',
}

/** Makes an error of a job about its storage. */
export function storageError(code: string, message: string): HsmError {
  return new HsmError({ status: 400, code, message })
}

async function send(
  storage: Storage,
  { url, token }: StorageFolder,
  name: string,
  { headers = {}, ...init }: RequestInit & { readonly headers?: Record<string, string> },
): Promise<Response> {
  const target = `${url}/${name}${token === '' ? '' : `?${token}`}`
  try {
    const request = new Request(target, {
      ...init,
      headers: { ...headers, 'x-ms-version': STORAGE_VERSION },
      // A storage that redirects could lead anywhere.
      redirect: 'manual',
      signal: AbortSignal.timeout(MOST_MILLISECONDS),
    })
    return await storage(request)
  } catch {
    // The text of the error is not repeated: it could name the URL with its token.
    throw storageError('StorageError', `The storage at ${new URL(url).host} cannot be reached.`)
  }
}

async function readBytes(response: Response, name: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (const reader = response.body?.getReader(); reader !== undefined; ) {
      const { done, value } = await reader.read()
      if (done) break
      length += value.length
      if (length > most) {
        reader.cancel().catch(() => {})
        break
      }
      chunks.push(value)
    }
  } catch {
    throw storageError('StorageError', `The blob ${name} cannot be read to its end.`)
  }
  if (length > most) {
    throw storageError('StorageError', `The blob ${name} has more than ${most} bytes.`)
  }
  const bytes = new Uint8Array(length)
  let start = 0
  for (const chunk of chunks) {
    bytes.set(chunk, start)
    start += chunk.length
  }
  return bytes
}
