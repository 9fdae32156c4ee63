/** One key under random writes by one client, and what of it a server has to have after it was killed. */

/** What a key is seen to be. */
export type Seen =
  | { readonly status: 'absent' }
  | {
      readonly status: 'active' | 'deleted'
      /** The newest version. */
      readonly current: string
      /** All versions, in the order of their identifiers; those of a deleted key cannot be seen. */
      readonly versions: readonly string[]
      /** The tag that counts the writes. */
      readonly count: string
    }

/** A write, and what the key is once it was done. */
interface Write {
  readonly method: string
  readonly path: string
  readonly body?: object
  /** How it is seen afterwards; the new version, where one is made, is told by the answer. */
  readonly after: (before: Seen, version: string) => Seen
}

/** Asks a server: the status and the JSON of the answer. */
export type Ask = (
  method: string,
  path: string,
  body?: object,
) => Promise<{ readonly status: number; readonly json: Json }>

export interface Json {
  readonly key?: { readonly kid: string }
  readonly tags?: { readonly count?: string }
  readonly value?: string | readonly { readonly kid: string }[]
  readonly properties?: { readonly description: string }
  readonly jobId?: string
  readonly status?: string
  readonly error?: { readonly code: string } | null
  readonly azureStorageBlobContainerUri?: string | null
}

const KEY_DATA = Buffer.alloc(32, 0x5a).toString('base64url')

const versionOf = (kid: string) => kid.split('/').at(-1) ?? ''

/** The writes that a key can take as it is; `count` marks what they leave. */
function writesOf(seen: Seen, name: string, count: string): readonly Write[] {
  const create: Write = {
    method: 'POST',
    path: `/keys/${name}/create`,
    body: { kty: 'oct-HSM', key_size: 256, tags: { count } },
    after: (before, version) => ({
      status: 'active',
      current: version,
      versions: [version, ...('versions' in before ? before.versions : [])].sort(),
      count,
    }),
  }
  if (seen.status === 'absent') return [create]
  if (seen.status === 'deleted') {
    return [
      {
        method: 'POST',
        path: `/deletedkeys/${name}/recover`,
        body: {},
        after: () => ({ ...seen, status: 'active' }),
      },
      { method: 'DELETE', path: `/deletedkeys/${name}`, after: () => ({ status: 'absent' }) },
    ]
  }
  const tag: Write = {
    method: 'PATCH',
    path: `/keys/${name}/${seen.current}`,
    body: { tags: { count } },
    after: () => ({ ...seen, count }),
  }
  const remove: Write = {
    method: 'DELETE',
    path: `/keys/${name}`,
    after: () => ({ ...seen, status: 'deleted' }),
  }
  return [tag, tag, tag, create, remove]
}

/** A key, or another part of an HSM, that one client writes to. */
export interface Slot {
  readonly name: string
  /** Writes once; rejects where there was no answer. */
  readonly write: (ask: Ask, random: () => number) => Promise<void>
  /** Reads it as one who did not write it; what was shown of a key must not be lost either. */
  readonly look: (ask: Ask) => Promise<void>
  /** Compares with a server that came back; answers what is wrong, and whether the unanswered write is there. */
  readonly check: (ask: Ask) => Promise<{ readonly wrong?: string; readonly kept?: boolean }>
  readonly acknowledged: () => number
}

/** Makes a key's slot; the key is not there yet. */
export function createSlot(name: string): Slot {
  let known: Seen = { status: 'absent' }
  let unanswered: Write | undefined
  let count = 0
  let acknowledged = 0
  let shown = 0
  const wrapped = new Map<string, string>()

  const wrap = async (ask: Ask, version: string) => {
    const path = `/keys/${name}/${version}/wrapkey`
    return String((await ask('POST', path, { alg: 'A256KW', value: KEY_DATA })).json.value)
  }

  const write = async (ask: Ask, random: () => number) => {
    count += 1
    const writes = writesOf(known, name, String(count))
    const chosen = writes[Math.floor(random() * writes.length)] as Write
    unanswered = chosen
    const { status, json } = await ask(chosen.method, chosen.path, chosen.body)
    if (status >= 400) throw new Error(`${chosen.method} ${chosen.path}: ${status}`)
    known = chosen.after(known, versionOf(json.key?.kid ?? ''))
    unanswered = undefined
    acknowledged += 1
    if (known.status !== 'active' || wrapped.has(known.current)) return
    wrapped.set(known.current, await wrap(ask, known.current))
  }

  const look = async (ask: Ask) => {
    const { json } = await ask('GET', `/keys/${name}`)
    shown = Math.max(shown, Number(json.tags?.count ?? 0))
  }

  const check = async (ask: Ask) => {
    const found = await see(ask, name)
    const current = 'current' in found ? found.current : ''
    const possible = [known, ...(unanswered ? [unanswered.after(known, current)] : [])]
    const match = possible.findIndex((seen) => shows(seen) === shows(found))
    const matched = possible[match]
    if (matched === undefined) {
      return { wrong: `${name} is ${shows(found)}, not one of ${possible.map(shows).join(', ')}` }
    }
    if (found.status === 'active' && Number(found.count) < shown) {
      return { wrong: `${name} is at write ${found.count}, and a reader was shown ${shown}` }
    }
    const broken =
      matched.status === 'active' ? await brokenVersion(ask, matched.versions) : undefined
    if (broken !== undefined) return { wrong: `${name}/${broken} is not the key that it was` }
    const result = unanswered === undefined ? {} : { kept: match === 1 }
    known = matched
    unanswered = undefined
    shown = 0
    return result
  }

  const brokenVersion = async (ask: Ask, versions: readonly string[]) => {
    for (const version of versions.slice(0, 3)) {
      const before = wrapped.get(version)
      if (before !== undefined && (await wrap(ask, version)) !== before) return version
    }
    return undefined
  }

  return { name, write, look, check, acknowledged: () => acknowledged }
}

/** What can be seen of it, as text. */
function shows(seen: Seen): string {
  if (seen.status !== 'deleted') return JSON.stringify(seen)
  return JSON.stringify({ status: seen.status, current: seen.current, count: seen.count })
}

async function see(ask: Ask, name: string): Promise<Seen> {
  const active = await ask('GET', `/keys/${name}`)
  const status = active.status === 200 ? 'active' : 'deleted'
  const found = status === 'active' ? active : await ask('GET', `/deletedkeys/${name}`)
  if (found.status !== 200) return { status: 'absent' }
  const { key, tags } = found.json
  const [current, count] = [versionOf(key?.kid ?? ''), tags?.count ?? '']
  if (status === 'deleted') return { status, current, versions: [], count }
  const { json } = await ask('GET', `/keys/${name}/versions?maxresults=25`)
  const versions = Array.isArray(json.value) ? json.value.map(({ kid }) => versionOf(kid)) : []
  return { status, current, versions: versions.sort(), count }
}
