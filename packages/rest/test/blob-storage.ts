/** Blob storage in memory, as far as backups need it: put and get under one container, with a signature. */

/** The query of a signature that the storage below accepts. */
export const SAS = 'sv=2021-12-02&sr=c&sp=rcwl&sig=right'

export const CONTAINER = 'https://contoso.blob.core.windows.net/backup'

/** A storage. */
export interface TestStorage {
  readonly storage: (request: Request) => Promise<Response>
  readonly blobs: Map<string, Uint8Array>
  /** `METHOD URL` of each request, without the query. */
  readonly requests: string[]
  /** Holds back every response until it is resolved. */
  readonly gate: { wait: Promise<void> }
}

const refusal = (status: number, code: string): Response =>
  new Response(`<Error><Code>${code}</Code></Error>`, {
    status,
    headers: { 'x-ms-error-code': code },
  })

export function testStorage(): TestStorage {
  const blobs = new Map<string, Uint8Array>()
  const requests: string[] = []
  const gate = { wait: Promise.resolve() }
  const storage = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    const target = `${url.origin}${url.pathname}`
    requests.push(`${request.method} ${target}`)
    await gate.wait
    if (url.searchParams.get('sig') !== 'right') return refusal(403, 'AuthorizationFailure')
    const rights = url.searchParams.get('sp') ?? ''
    if (request.method === 'PUT' ? !/[cw]/.test(rights) : !rights.includes('r')) {
      return refusal(403, 'AuthorizationPermissionMismatch')
    }
    if (!target.startsWith(`${CONTAINER}/`)) return refusal(404, 'ContainerNotFound')
    if (request.method === 'PUT') {
      if (request.headers.get('x-ms-blob-type') !== 'BlockBlob') return refusal(400, 'Missing')
      blobs.set(target, new Uint8Array(await request.arrayBuffer()))
      return new Response(null, { status: 201 })
    }
    const bytes = blobs.get(target)
    return bytes === undefined ? refusal(404, 'BlobNotFound') : new Response(Buffer.from(bytes))
  }
  return { storage, blobs, requests, gate }
}
