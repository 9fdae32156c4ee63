/**
 * Whom the HSMs of a server believe about the target of a release: authorities whose keys were given, and those that
 * publish theirs.
 *
 * @see OpenID Connect Discovery 1.0 sections 3 and 4; RFC 7517 section 5
 */

import type { ReleasePreparation } from '@pocket-hsm/rest'
import type { AttestationKeys, JsonWebKey } from 'pocket-hsm'
import type { FetchJson } from '../network/fetch-json.ts'

/** Where keys of authorities come from. */
export interface Attestation {
  /** For the HSM: the keys that are there. */
  readonly attestationKeys: AttestationKeys
  /** For the handler: fetches what is not there. It never rejects. */
  readonly prepareRelease: ReleasePreparation
}

/** What an attestation is made of. */
export interface AttestationOptions {
  readonly given: Readonly<Record<string, readonly JsonWebKey[]>>
  readonly fetchJson: FetchJson
  readonly warn: (text: string) => void
  /** Milliseconds; of the machine, as what is fetched grows old whatever clock an HSM has. */
  readonly now?: () => number
}

interface Fetched {
  readonly begun: number
  keys?: readonly JsonWebKey[]
  done: Promise<void>
}

/** Authorities change their keys now and then; a failure may be over soon. */
const FRESH_MS = 300_000
const FAILED_MS = 10_000

/** Whoever may make keys may name authorities in their policies: no more are remembered. */
const MOST_AUTHORITIES = 100

/** Makes one. */
export function createAttestation(options: AttestationOptions): Attestation {
  const { given, fetchJson, warn, now = Date.now } = options
  const fixed = new Map(Object.entries(given).map(([issuer, keys]) => [idOf(issuer), keys]))
  const fetched = new Map<string, Fetched>()
  const isFresh = ({ begun, keys }: Fetched) => now() - begun < (keys ? FRESH_MS : FAILED_MS)

  const begin = (issuer: string): Fetched => {
    const entry: Fetched = { begun: now(), done: Promise.resolve() }
    entry.done = fetchKeys(issuer, fetchJson).then(
      (keys) => {
        entry.keys = keys
      },
      (error) => warn(`No keys of the attestation authority ${issuer}: ${String(error)}`),
    )
    fetched.delete(issuer)
    fetched.set(issuer, entry)
    for (const oldest of fetched.keys()) {
      if (fetched.size <= MOST_AUTHORITIES) break
      fetched.delete(oldest)
    }
    return entry
  }

  return {
    attestationKeys: (issuer) => fixed.get(idOf(issuer)) ?? fetched.get(idOf(issuer))?.keys,
    prepareRelease: async (issuer) => {
      const id = idOf(issuer)
      if (fixed.has(id)) return
      const known = fetched.get(id)
      // What is being fetched is waited for by all who ask.
      await (known && isFresh(known) ? known : begin(id)).done
    },
  }
}

/** With a slash at the end or without it is the same authority. */
const idOf = (issuer: string): string => issuer.replace(/\/$/, '')

async function fetchKeys(issuer: string, fetchJson: FetchJson): Promise<readonly JsonWebKey[]> {
  const { protocol, origin } = new URL(issuer)
  if (protocol !== 'https:') throw new Error('it has no https URL')
  const metadata = await fetchJson(`${issuer}/.well-known/openid-configuration`)
  // The authorities of the SDKs' own tests publish none.
  const named = metadata['issuer']
  if (named !== undefined && idOf(String(named)) !== issuer) {
    throw new Error('its metadata is of another issuer')
  }
  const address = String(metadata['jwks_uri'])
  // Metadata is no way to have another place asked.
  if (new URL(address).origin !== origin) throw new Error(`its keys are elsewhere: ${address}`)
  const { keys } = await fetchJson(address)
  if (Array.isArray(keys)) return keys
  throw new Error(`${address} is no JSON Web Key Set`)
}
