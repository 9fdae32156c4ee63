/** One call in each of the languages in which people make it. */

import { azSnippet } from './az.ts'
import { type Call, type Place, requestOf } from './call.ts'
import { javascriptSnippet } from './javascript.ts'
import { pythonSnippet } from './python.ts'
import { rawSnippet } from './raw.ts'
import { shellQuote } from './shell-quote.ts'

/** The languages, with the name of each. */
export const LANGUAGES: Readonly<Record<Language, string>> = {
  az: 'az',
  javascript: 'JavaScript',
  python: 'Python',
  curl: 'curl',
}

/** A language of snippets. */
export type Language = 'az' | 'javascript' | 'python' | 'curl'

const WRITERS: Readonly<Record<Language, (call: Call, place: Place) => string>> = {
  az: azSnippet,
  javascript: javascriptSnippet,
  python: pythonSnippet,
  curl: curlSnippet,
}

/** Writes a call in a language, ready to be pasted. */
export function snippetOf(language: Language, call: Call, place: Place): string {
  const raw = language === 'curl' ? undefined : rawSnippet(language, call, place)
  return raw ?? WRITERS[language](call, place)
}

function curlSnippet(call: Call, { origin, bearer = 'any' }: Place): string {
  const { method, path, body, version } = requestOf(call)
  const lines = [
    `curl --cacert ca.pem -X ${method} '${origin}${path}?api-version=${version}'`,
    `-H "Authorization: Bearer ${bearer}"`,
    ...(body === undefined && method === 'POST' ? [`-d ''`] : []),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${shellQuote(JSON.stringify(body))}`]),
  ]
  return lines.join(' \\\n  ')
}
