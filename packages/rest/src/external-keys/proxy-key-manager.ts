/** An external key manager behind an EKM proxy: the EKM Proxy API, as a Managed HSM speaks it. */

import {
  checkOptions,
  type ExternalKeyAnswer,
  type ExternalKeyRequest,
  externalKeyRequestUrl,
  fromBase64url,
  OPTION_CHECKS,
  optionTable,
  toBase64url,
} from 'pocket-hsm'
import { badRequest } from '../wire/errors.ts'
import type { AsyncExternalKeyManager } from './ask-manager.ts'

/** Where the proxy is, and how it is reached. */
export interface EkmProxyOptions {
  /** Scheme, host and path in place of `https://` and the host of the connection; its path prefix goes behind. */
  readonly url?: string | undefined
  /** Takes the requests: the proxy itself, for example. Defaults to `fetch`. */
  readonly fetch?: ((request: Request) => Response | Promise<Response>) | undefined
}

const { function: callback, string } = OPTION_CHECKS
const OPTIONS = optionTable<EkmProxyOptions>({ url: string, fetch: callback })

/** The version of the EKM Proxy API. */
const API_VERSION = '0.1-preview'

/** More bytes than any answer of a proxy has. */
const LONGEST_ANSWER = 65_536

/**
 * Makes an external key manager of an EKM proxy: each request becomes one of the EKM Proxy API, as a Managed HSM sends it.
 *
 * It does not present the client certificate of the HSM, and does not check the proxy's certificate against that of the
 * connection: `fetch` decides about both.
 *
 * @param options - See {@link EkmProxyOptions}; every member is optional.
 * @returns A function for `createHandler`. It rejects if the proxy cannot be reached, or its answer has more than 64 KiB.
 * @throws {@link HsmError} 400 `BadParameter` - an unknown or invalid option.
 * @see Managed HSM external key management, EKM Proxy API reference 0.1-preview
 *
 * @example
 * ```ts
 * import { createHandler, createProxyKeyManager } from '@pocket-hsm/rest'
 * import { createHsm } from 'pocket-hsm'
 *
 * const proxy = async (request: Request) => Response.json({ code: 'KeyNotFound', message: request.url }, { status: 404 })
 * createHandler(createHsm(), { externalKeyManager: createProxyKeyManager({ fetch: proxy }) })
 * ```
 */
export function createProxyKeyManager(options: EkmProxyOptions = {}): AsyncExternalKeyManager {
  checkOptions('createProxyKeyManager', options, OPTIONS)
  const { fetch: send = (request: Request) => fetch(request) } = options
  const base = parseBase(options.url ?? undefined)
  return async (request, { signal }) => {
    const response = await send(
      new Request(`${urlOf(base, request)}?api-version=${API_VERSION}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(bodyOf(request)),
        redirect: 'error',
        signal,
      }),
    )
    const json = parseObject(await readText(response))
    // The HSM finds that nothing is no answer.
    if (json === undefined) return undefined as never
    return response.ok ? ANSWERS[request.operation](json) : refusal(response, json)
  }
}

/** The rest of an answer that is too long is not read. */
async function readText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > LONGEST_ANSWER) throw new Error('The answer of the EKM proxy is too long.')
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

type Json = Readonly<Record<string, unknown>>

/** Returns the members of a JSON object; `undefined` if the text is none. */
function parseObject(text: string): Json | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? (json as Json) : undefined
  } catch {
    return undefined
  }
}

function parseBase(url: string | undefined): string | undefined {
  if (url === undefined) return undefined
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, '')
  throw badRequest('The url of createProxyKeyManager must be an http: or https: URL.')
}

function urlOf(base: string | undefined, request: ExternalKeyRequest): string {
  const url = externalKeyRequestUrl(request)
  return base === undefined ? url : `${base}${new URL(url).pathname}`
}

function bodyOf(request: ExternalKeyRequest): Json {
  const { requestId, correlationId, poolName } = request.context
  const request_context = {
    ...(requestId !== undefined && { request_id: requestId }),
    correlation_id: correlationId,
    pool_name: poolName,
  }
  if (request.operation === 'info' || request.operation === 'metadata') return { request_context }
  return { request_context, alg: request.alg, value: toBase64url(request.value) }
}

/** What is missing or of another type is found by the HSM, as in any answer. */
function bytes(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined
  try {
    return fromBase64url(value)
  } catch {
    return undefined
  }
}

const result = ({ value }: Json) => ({ value: bytes(value) }) as ExternalKeyAnswer

const ANSWERS: Readonly<
  Record<ExternalKeyRequest['operation'], (json: Json) => ExternalKeyAnswer>
> = {
  info: (json) =>
    ({
      apiVersion: json['api_version'],
      proxyVendor: json['proxy_vendor'],
      proxyName: json['proxy_name'],
      ekmVendor: json['ekm_vendor'],
      ekmProduct: json['ekm_product'],
    }) as ExternalKeyAnswer,
  metadata: (json) =>
    ({
      keyType: json['key_type'],
      keySize: json['key_size'],
      n: bytes(json['n']),
      e: bytes(json['e']),
    }) as ExternalKeyAnswer,
  wrapKey: result,
  unwrapKey: result,
}

function refusal({ status }: Response, { code, message }: Json): ExternalKeyAnswer {
  return { status, code, message } as ExternalKeyAnswer
}
