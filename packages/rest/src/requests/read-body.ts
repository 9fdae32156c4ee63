/** The body of a request: within its limit, not compressed, UTF-8, JSON. */

import type { Route } from '../routes/route.ts'
import { badRequest, requestError } from '../wire/errors.ts'

/** The rules for bodies. */
export interface BodyRules {
  /** The most bytes of a body. */
  readonly maxBodyLength: number
  /** Whether content types other than JSON are refused. */
  readonly strict: boolean
}

const JSON_TYPE = /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i

/** Reads the body that a route takes; returns `undefined` if there is none. */
export async function readBody(
  request: Request,
  { body: kind, maxBodyLength = Infinity }: Pick<Route, 'body' | 'maxBodyLength'>,
  rules: BodyRules,
): Promise<unknown> {
  if (kind === 'none') return undefined
  checkContentEncoding(request)
  const bytes = await readBytes(request, Math.min(rules.maxBodyLength, maxBodyLength))
  if (bytes.length === 0 && kind === 'empty') return undefined
  if (bytes.length === 0) throw badRequest('The request body is missing.')
  if (rules.strict) checkContentType(request)
  const json = parseJson(bytes)
  if (json === null && kind === 'empty') return undefined
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json
  throw badRequest('The request body must be a JSON object.')
}

/** RFC 9110 section 15.5.16: compressed bytes would be read as if they were JSON. */
function checkContentEncoding(request: Request): void {
  const encoding = request.headers.get('content-encoding')
  if (encoding === null || /^\s*(identity)?\s*$/i.test(encoding)) return
  throw requestError(
    415,
    'UnsupportedMediaType',
    'The request body must not have a Content-Encoding.',
  )
}

function checkContentType(request: Request): void {
  const type = request.headers.get('content-type')
  if (type === null || JSON_TYPE.test(type)) return
  throw requestError(415, 'BadParameter', 'The Content-Type must be application/json.')
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const tooLong = () =>
    requestError(413, 'RequestEntityTooLarge', `The request body must have at most ${limit} bytes.`)
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLong()
  if (request.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await readChunk(reader)
    if (done) return concatenate(chunks, length)
    length += value.length
    if (length > limit) {
      // The rest of the body is not read.
      reader.cancel().catch(() => {})
      throw tooLong()
    }
    chunks.push(value)
  }
}

/** A body that ends early, or was read before, is an error of the request. */
async function readChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read()
  } catch (cause) {
    throw badRequest(`The request body could not be read: ${String(cause).slice(0, 200)}`)
  }
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  if (chunks.length === 1) return chunks[0] as Uint8Array
  const bytes = new Uint8Array(length)
  let start = 0
  for (const chunk of chunks) {
    bytes.set(chunk, start)
    start += chunk.length
  }
  return bytes
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw badRequest('The request body is not valid JSON in UTF-8.')
  }
}
