/** One request and what came of it: what the service refuses is thrown, in the words of az. */

import type { Handler } from '@pocket-hsm/rest'
import { EXIT } from '../shared/exit-codes.ts'

/**
 * Asks the HSM.
 *
 * @param path - From `/keys` on; the link to the next page is one too.
 * @returns The JSON of the answer; nothing where there is none.
 */
export type Ask = <Answer>(method: string, path: string, body?: object) => Promise<Answer>

/** The newest stable one: it has every operation. */
const API_VERSION = '2025-07-01'

/** The error of an answer, as the service words it. */
interface ServiceError {
  readonly code?: string
  readonly message?: string
  readonly innererror?: { readonly code?: string }
}

/** Lets commands ask an HSM at an address. */
export function createAsk(send: Handler, origin: string, token: string): Ask {
  return async <Answer>(method: string, path: string, body?: object) => {
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
    if (!response.ok) throw refusal(response.status, json)
    return json as Answer
  }
}

/** What az writes of an error of the service, and how it ends. */
function refusal(status: number, json: unknown): Error {
  const { error = {} } = Object(json) as { readonly error?: ServiceError }
  const { code = `HTTP ${status}`, message = 'The answer does not say why.', innererror } = error
  const lines = [`(${code}) ${message}`, `Code: ${code}`, `Message: ${message}`]
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
