/**
 * The attestation authorities that the HSMs of a server trust for a key release: those whose keys were given, and those
 * that publish theirs.
 *
 * @see OpenID Connect Discovery 1.0 sections 3 and 4; RFC 7517 section 5
 */

import type { ReleasePreparation } from '@pocket-hsm/rest'
import type { AttestationKeys, JsonWebKey } from 'pocket-hsm'
import type { FetchJson } from '../network/fetch-json.ts'

/** The keys of attestation authorities. */
export interface Attestation {
  /** For the HSM: the keys that are known. */
  readonly attestationKeys: AttestationKeys
  /** For the handler: fetches keys that are not known yet. It never rejects. */
  readonly prepareRelease: ReleasePreparation
}

/** How to find the keys of authorities. */
export interface AttestationOptions {
  /** Keys by issuer; nothing is fetched for these. */
  readonly given: Readonly<Record<string, readonly JsonWebKey[]>>
  /** Fetches from public addresses only. */
  readonly fetchPublic: FetchJson
  /** Fetches from any address, for `configured` issuers. */
  readonly fetchAny: FetchJson
  /** Issuers that may be at a private or loopback address. */
  readonly configured: readonly string[]
  readonly warn: (text: string) => void
  /** Milliseconds on the machine's clock, whatever clock an HSM has. */
  readonly now?: () => number
}

interface Fetched {
  readonly begun: number
  keys?: readonly JsonWebKey[]
  /** The characters of the keys, as JSON. */
  length: number
  done: Promise<void>
}

/** Authorities change their keys now and then; a failure may be over soon. */
const FRESH_MS = 300_000
const FAILED_MS = 10_000

/** Anyone who may create keys may name authorities in release policies, so what is cached is bounded. */
const MOST_AUTHORITIES = 100
const MOST_CACHED = 4 * 1024 * 1024
const LONGEST_ISSUER = 1024

/** Makes the cache of keys. */
export function createAttestation(options: AttestationOptions): Attestation {
  const { given, warn, now = Date.now } = options
  const fixed = new Map(Object.entries(given).map(([issuer, keys]) => [idOf(issuer), keys]))
  const configured = new Set(options.configured.map(idOf))
  const fetched = new Map<string, Fetched>()
  const isFresh = ({ begun, keys }: Fetched) => now() - begun < (keys ? FRESH_MS : FAILED_MS)

  const evict = () => {
    let length = [...fetched.values()].reduce((sum, entry) => sum + entry.length, 0)
    for (const [oldest, entry] of fetched) {
      if (fetched.size <= MOST_AUTHORITIES && length <= MOST_CACHED) return
      fetched.delete(oldest)
      length -= entry.length
    }
  }
  const begin = (issuer: string): Fetched => {
    const entry: Fetched = { begun: now(), length: 0, done: Promise.resolve() }
    const fetchJson = configured.has(issuer) ? options.fetchAny : options.fetchPublic
    entry.done = fetchKeys(issuer, fetchJson).then(
      (keys) => {
        entry.keys = keys
        entry.length = JSON.stringify(keys).length
        evict()
      },
      (error) => warn(`No keys of the attestation authority ${issuer}: ${String(error)}`),
    )
    fetched.delete(issuer)
    fetched.set(issuer, entry)
    evict()
    return entry
  }

  return {
    attestationKeys: (issuer) => fixed.get(idOf(issuer)) ?? fetched.get(idOf(issuer))?.keys,
    prepareRelease: async (issuer) => {
      const id = idOf(issuer)
      if (fixed.has(id) || id.length > LONGEST_ISSUER) return
      const known = fetched.get(id)
      // Everyone who needs the same keys waits for one fetch.
      await (known && isFresh(known) ? known : begin(id)).done
    },
  }
}

/** A slash at the end makes no difference. */
const idOf = (issuer: string): string => issuer.replace(/\/$/, '')

async function fetchKeys(issuer: string, fetchJson: FetchJson): Promise<readonly JsonWebKey[]> {
  const { protocol, origin } = new URL(issuer)
  if (protocol !== 'https:') throw new Error('it has no https URL')
  const metadata = await fetchJson(`${issuer}/.well-known/openid-configuration`)
  // The authorities of the SDKs' own tests publish none.
  const { issuer: named = issuer } = metadata
  if (idOf(String(named)) !== issuer) throw new Error('its metadata is of another issuer')
  const address = String(metadata['jwks_uri'])
  // Metadata must not make this server connect to another one.
  if (new URL(address).origin !== origin) throw new Error(`its keys are elsewhere: ${address}`)
  const { keys } = await fetchJson(address)
  if (Array.isArray(keys)) return keys.filter(isForSignatures)
  throw new Error(`${address} is no JSON Web Key Set`)
}

/** RFC 7517 section 4.2: a key for encryption verifies no signature. */
const isForSignatures = (key: unknown): boolean =>
  ['sig', undefined].includes(Object(key).use as string | undefined)
