/** The transport of the official clients: from the pipeline to the handler and back, in this process. */

import type { Handler } from '@pocket-hsm/rest'
import type {
  PipelineHeaders,
  PipelineHttpClient,
  PipelineRequest,
  PipelineResponse,
} from './pipeline.ts'
import { handlerOf, type Source } from './source.ts'
import { withAbort } from './with-abort.ts'

/**
 * Makes a transport for clients of the Azure SDK: what they send is answered in this process, with no socket.
 *
 * Aborts and time-outs reject with an `AbortError`, as the SDK's own transport does. A lost connection of a script of
 * faults is a `RestError` with the code `ECONNRESET`, which the SDK retries.
 *
 * @param source - The HSM, or a handler.
 * @returns The `httpClient` of client options; one serves any number of clients.
 *
 * @example
 * ```ts
 * import { KeyClient } from '@azure/keyvault-keys'
 * import { createCredential, createHttpClient } from '@pocket-hsm/azure'
 * import { createHsm } from 'pocket-hsm'
 *
 * const hsm = createHsm()
 * const client = new KeyClient(hsm.baseUrl, createCredential(), { httpClient: createHttpClient(hsm) })
 * const key = await client.createEcKey('orders')
 * key.keyType // 'EC-HSM'
 * ```
 */
export function createHttpClient(source: Source): PipelineHttpClient {
  const handler = handlerOf(source)
  return { sendRequest: (request) => exchange(handler, request) }
}

async function exchange<Asked extends PipelineRequest>(
  handler: Handler,
  asked: Asked,
): Promise<PipelineResponse<Asked>> {
  const controller = new AbortController()
  const abort = () => controller.abort(abortError())
  if (asked.abortSignal?.aborted) throw abortError()
  asked.abortSignal?.addEventListener('abort', abort)
  const timer = asked.timeout ? setTimeout(abort, asked.timeout) : undefined
  try {
    const { url, method } = asked
    const request = new Request(url, {
      method,
      headers: asked.headers.toJSON(),
      body: (asked.body ?? null) as BodyInit | null,
      signal: controller.signal,
    })
    const response = await withAbort(handler(request), controller.signal)
    const bodyAsText = await response.text()
    const headers = pipelineHeaders(response.headers)
    return { request: asked, status: response.status, headers, bodyAsText }
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : asRestError(error, asked)
  } finally {
    clearTimeout(timer)
    asked.abortSignal?.removeEventListener('abort', abort)
  }
}

/** What the SDK's own transport throws. */
function abortError(): Error {
  return Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' })
}

/** The pipeline looks at the name, and retries by the code. */
function asRestError(error: unknown, request: PipelineRequest): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const restError = new Error(error.message, { cause: error })
  Object.assign(restError, { name: 'RestError', code: error.code })
  // Printing an error must not print the token of its request.
  return Object.defineProperty(restError, 'request', { value: request, enumerable: false })
}

function pipelineHeaders(headers: Headers): PipelineHeaders {
  return {
    get: (name) => headers.get(name) ?? undefined,
    has: (name) => headers.has(name),
    set: (name, value) => headers.set(name, String(value)),
    delete: (name) => headers.delete(name),
    toJSON: () => Object.fromEntries(headers),
    [Symbol.iterator]: () => headers[Symbol.iterator](),
  }
}
