/** The form in the body of a token request. */

import { fromBase64 } from '@pocket-hsm/crypto'
import { entraError } from '../errors/entra-error.ts'

/** Longer than any assertion and scope. */
const MOST_BYTES = 65_536

const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i

/** Reads the form, with the client's id and secret if they are in the `Authorization` header (RFC 6749 section 2.3.1). */
export async function readForm(request: Request): Promise<ReadonlyMap<string, string>> {
  if (!FORM.test(request.headers.get('content-type') ?? '')) throw entraError('badBody')
  const parameters = new URLSearchParams(await readText(request))
  const form = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (form.has(name)) throw entraError('repeatedParameter', { name })
    if (value !== '') form.set(name, value)
  }
  for (const [name, value] of basicCredentials(request)) if (!form.has(name)) form.set(name, value)
  return form
}

/** Reads a body of bounded length, whatever its headers say about it. */
export async function readText({ body }: Request): Promise<string> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    length += value.length
    if (length > MOST_BYTES) {
      await reader.cancel()
      throw entraError('longBody', { most: String(MOST_BYTES) })
    }
    text += decoder.decode(value, { stream: true })
  }
}

function basicCredentials({ headers }: Request): readonly (readonly [string, string])[] {
  const [, encoded] =
    /^Basic +([A-Za-z0-9+/=]+)\s*$/i.exec(headers.get('authorization') ?? '') ?? []
  if (encoded === undefined) return []
  try {
    const text = new TextDecoder().decode(fromBase64(encoded))
    const colon = text.indexOf(':')
    const decode = (part: string) => decodeURIComponent(part.replaceAll('+', ' '))
    return [
      ['client_id', decode(text.slice(0, colon))],
      ['client_secret', decode(text.slice(colon + 1))],
    ]
  } catch {
    return []
  }
}

/** Returns a parameter that must be there. */
export function required(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name)
  if (value === undefined) throw entraError('missingParameter', { name })
  return value
}
