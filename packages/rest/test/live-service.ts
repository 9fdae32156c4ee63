/** A vault or HSM that a user owns, made to look like one without keys: every name has a prefix on the way. */

/** Where it is and what it lets in: from the environment. */
export interface Live {
  readonly url: string
  readonly token: string
}

/** `POCKET_HSM_LIVE_URL` and `POCKET_HSM_LIVE_TOKEN`; nothing where one is missing. */
export function liveFromEnvironment(environment: NodeJS.ProcessEnv): Live | undefined {
  const url = environment['POCKET_HSM_LIVE_URL']?.replace(/\/+$/, '')
  const token = environment['POCKET_HSM_LIVE_TOKEN']
  return url && token ? { url, token } : undefined
}

/** A `fetch` that puts a prefix before each name it sends, and takes it away from all that comes back. */
export function prefixed(
  fetch: (request: Request) => Promise<Response>,
  prefix: string,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url)
    if (!/^\/keys\/restore$/.test(url.pathname)) {
      url.pathname = url.pathname.replace(/^(\/(?:deleted)?keys\/)(?=.)/, `$1${prefix}`)
    }
    const response = await fetch(new Request(url, request))
    const text = await response.text()
    const { status, headers } = response
    if (text === '') return new Response(null, { status, headers })
    return new Response(withoutOthers(text, prefix).replaceAll(prefix, ''), { status })
  }
}

/** Of a list, only what has the prefix: the rest is the user's own. */
function withoutOthers(text: string, prefix: string): string {
  const json = JSON.parse(text)
  if (!Array.isArray(json.value)) return text
  const value = json.value.filter(({ kid }: { kid: string }) => kid.includes(`/${prefix}`))
  return JSON.stringify({ ...json, value })
}
