/** The transport of the official clients: passes requests of the pipeline to a handler in this process. */

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
 * Makes a transport for clients of the Azure SDK that handles their requests in this process, without a socket.
 *
 * Aborts and time-outs reject with an `AbortError`, as in the SDK's own transport. A lost connection of a fault script is
 * a `RestError` with the code `ECONNRESET`, which the SDK retries.
 *
 * @param source - An HSM or a handler.
 * @returns The `httpClient` of client options, for any number of clients.
 * @throws TypeError - a source that is neither.
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
  const handler = handlerOf(source, 'createHttpClient')
  return httpClientOf(handler)
}

/** Makes the transport over a handler. */
export function httpClientOf(handler: Handler): PipelineHttpClient {
  return { sendRequest: (request) => exchange(handler, request) }
}

async function exchange<Sent extends PipelineRequest>(
  handler: Handler,
  sent: Sent,
): Promise<PipelineResponse<Sent>> {
  const controller = new AbortController()
  const abort = () => controller.abort(abortError())
  if (sent.abortSignal?.aborted) throw abortError()
  sent.abortSignal?.addEventListener('abort', abort)
  const timer = sent.timeout ? setTimeout(abort, sent.timeout) : undefined
  try {
    const { url, method } = sent
    const request = new Request(url, {
      method,
      headers: sent.headers.toJSON(),
      body: (sent.body ?? null) as BodyInit | null,
      signal: controller.signal,
    })
    const response = await withAbort(handler(request), controller.signal)
    const bodyAsText = await response.text()
    const headers = pipelineHeaders(response.headers)
    return { request: sent, status: response.status, headers, bodyAsText }
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : asRestError(error, sent)
  } finally {
    clearTimeout(timer)
    sent.abortSignal?.removeEventListener('abort', abort)
  }
}

/** Makes the error that the SDK's own transport throws. */
function abortError(): Error {
  return Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' })
}

/** The pipeline recognizes the error by its name, and decides by its code whether to retry. */
function asRestError(error: unknown, request: PipelineRequest): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const restError = new Error(error.message, { cause: error })
  Object.assign(restError, { name: 'RestError', code: error.code })
  // Not enumerable, so that printing the error does not print the token of its request.
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
