/** From the options of a dispatch of undici to a `Request`. */

/** The options that undici gives its dispatcher, as far as they matter here. */
export interface UndiciOptions {
  readonly origin?: string | URL
  readonly path?: string
  readonly method?: string
  readonly query?: Readonly<Record<string, unknown>>
  /** Names and values in turn, pairs, or an object; a value may be a list. */
  readonly headers?: unknown
  /** A string, bytes, a Blob, a form, or chunks as a stream or any other iterable has them. */
  readonly body?: unknown
}

/** The URL of a request, or `undefined` where there is none. */
export function urlOf({ origin, path = '/', query }: UndiciOptions): URL | undefined {
  const base = String(origin)
  if (!URL.canParse(base)) return undefined
  const text = `${new URL(base).origin}${path}`
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const each of [value].flat()) url.searchParams.append(name, String(each ?? ''))
  }
  return url
}

/** Makes the request. Its body is read when the request's is, and not before. */
export function requestOf(
  url: URL,
  { method = 'GET', headers, body }: UndiciOptions,
  { hasBody, signal }: { readonly hasBody: boolean; readonly signal: AbortSignal },
): Request {
  const isEmpty = !hasBody || body === null || body === undefined || BODILESS.includes(method)
  return new Request(url, {
    method,
    headers: headersOf(headers),
    signal,
    ...(!isEmpty && { body: bodyOf(body), duplex: 'half' }),
  } as RequestInit)
}

const BODILESS = ['GET', 'HEAD']

function headersOf(given: unknown): Headers {
  const headers = new Headers()
  for (const [name, value] of pairsOf(given)) {
    for (const each of [value].flat()) headers.append(String(name), String(each))
  }
  return headers
}

function pairsOf(given: unknown): readonly (readonly [unknown, unknown])[] {
  if (given === null || given === undefined) return []
  if (!isIterable(given)) return Object.entries(given).filter(([, value]) => value !== undefined)
  const items = [...given]
  const isFlat = !items.every(Array.isArray)
  return isFlat
    ? items.flatMap((name, i) => (i % 2 === 0 ? [[name, items[i + 1]] as const] : []))
    : items.map(([name, value]) => [name, value] as const)
}

function bodyOf(body: unknown): BodyInit {
  if (typeof body === 'string' || ArrayBuffer.isView(body) || body instanceof ArrayBuffer) {
    return body as BodyInit
  }
  if (isIterable(body) || isAsyncIterable(body)) return streamOf(bytesOf(body))
  return body as BodyInit
}

/** What `ReadableStream.from` does where there is one: a chunk is asked for when it is read. */
const streamOf = (chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: async () => void (await chunks.return(undefined)),
    },
    { highWaterMark: 0 },
  )

async function* bytesOf(
  chunks: Iterable<unknown> | AsyncIterable<unknown>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : (chunk as Uint8Array)
  }
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function'
