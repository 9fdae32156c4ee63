/** Requests to an HSM: an error response is thrown, worded as az does. */

import type { ApiVersion, Handler } from '@pocket-hsm/rest'
import { escapeControls } from '../../network/escape-controls.ts'
import { EXIT } from '../shared/exit-codes.ts'

/**
 * Sends a request to the HSM.
 *
 * @param path - From `/keys` on; the link to the next page is accepted too.
 * @returns The JSON of the response; `undefined` if it has none.
 */
export type SendRequest = <Result>(method: string, path: string, body?: object) => Promise<Result>

/** A stable api-version that has every operation of the command. */
const API_VERSION: ApiVersion = '2025-07-01'

/** The error of a response. */
interface ServiceError {
  readonly code?: string
  readonly message?: string
  readonly innererror?: { readonly code?: string }
}

/** Makes a client of the HSM at an address. */
export function createClient(send: Handler, origin: string, token: string): SendRequest {
  return async <Result>(method: string, path: string, body?: object) => {
    const url = new URL(path, origin)
    if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', API_VERSION)
    const response = await send(
      new Request(`${origin}${url.pathname}${url.search}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    const json = parsed(await response.text())
    if (!response.ok) throw azError(response.status, json)
    return json as Result
  }
}

const NO_TEXT = 'The response has no error text.'

/** What a Managed HSM says in a header only. */
const WITHOUT_TEXT: Readonly<Record<number, string>> = {
  401: 'The server does not accept the token: see --token.',
}

/** The text that az prints for an error of the service, and the exit code. The server's text cannot add lines. */
function azError(status: number, json: unknown): Error {
  const { error = {} } = Object(json) as { readonly error?: ServiceError }
  const { code = `HTTP ${status}`, message = WITHOUT_TEXT[status] ?? NO_TEXT, innererror } = error
  const [name, text] = [code, message].map((each) => escapeControls(String(each)))
  const lines = [`(${name}) ${text}`, `Code: ${name}`, `Message: ${text}`]
  if (name === 'ResourceNotFound' && text?.startsWith('There is no HSM at ')) {
    lines.push('Choose one with --hsm-name NAME, --vault-name NAME or --id URL.')
  }
  if (innererror !== undefined) {
    lines.push(`Inner error: ${JSON.stringify({ code: innererror.code }, undefined, 4)}`)
  }
  const exitCode = status === 404 ? EXIT.notFound : EXIT.failed
  return Object.assign(new Error(lines.join('\n')), { code, status, exitCode })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
