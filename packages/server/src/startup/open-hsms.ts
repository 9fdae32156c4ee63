/** The HSMs of the options, and the journal of those that are kept; nothing listens yet. */

import type { HandlerOptions, RsaKeyMaker } from '@pocket-hsm/rest'
import { createRsaPool } from 'pocket-hsm'
import { withControl } from '../control/create-control.ts'
import { createHosts, type Hosts } from '../hsms/hosts.ts'
import { createAnswer } from '../hsms/route-to-hsm.ts'
import { createServerClock } from '../hsms/server-clock.ts'
import { parseSettings } from '../hsms/settings.ts'
import { withJournal } from '../journal/with-journal.ts'
import { createJsonFetcher, type FetchJson } from '../network/fetch-json.ts'
import type { Answer } from '../network/respond.ts'
import type { ServerOptions, ServerSettings } from '../options.ts'
import { createAttestation } from '../tokens/attestation.ts'
import { openStateOf } from './state-of-options.ts'

/** HSMs that answer. */
export interface OpenHsms {
  /** As the options and the state have them. */
  readonly settings: ServerSettings
  readonly hosts: Hosts
  /** What was answered is on the disk, where there is a state. */
  readonly answer: Answer
  /** Lets go of the state. */
  readonly close: () => Promise<void>
}

/**
 * Opens the HSMs of a server; refuses what `startServer` refuses, but for what is about listening.
 *
 * @param makeRsaKey - Makes RSA keys elsewhere; where nobody waits meanwhile it is of no use.
 */
export async function openHsms(
  options: ServerOptions,
  makeRsaKey?: RsaKeyMaker,
): Promise<OpenHsms> {
  const asked = parseSettings(options)
  const clock = createServerClock()
  const fetchJson = createJsonFetcher()
  const { attestationKeys, prepareRelease } = createAttestation({
    given: asked.attestationKeys,
    fetchJson,
    warn: asked.warn,
  })
  const engine = { clock: clock.now, attestationKeys, rsaPool: createRsaPool() }
  const { settings, isSeeded, state } = await openStateOf(options, asked, engine)
  const { limits, authority, control, warn } = settings
  clock.setOffset(state?.server?.clockOffset ?? 0)
  try {
    const hosts = createHosts(
      settings,
      engine,
      {
        maxBodyLength: limits.maxBodyLength,
        prepareRelease,
        ...(await authorizerOf(settings, fetchJson)),
        ...(makeRsaKey !== undefined && { makeRsaKey }),
        ...(authority !== undefined && { challenge: { authorization: authority } }),
      },
      state,
    )
    const kept = await state?.keep(hosts.all, () => ({ clockOffset: clock.offset(), isSeeded }))
    const answer = createAnswer(hosts, settings)
    const controlled = control ? withControl(answer, { hosts, clock }) : answer
    return {
      settings,
      hosts,
      answer: kept === undefined ? controlled : withJournal(controlled, kept, warn),
      close: async () => kept?.close(),
    }
  } catch (error) {
    await state?.release()
    throw error
  }
}

/** The library for tokens is loaded where they are verified. */
async function authorizerOf(
  { auth, authority, audiences }: ServerSettings,
  fetchJson: FetchJson,
): Promise<Pick<HandlerOptions, 'authorize'>> {
  if (auth !== 'jwt' || authority === undefined) return {}
  const { createJwtAuthorizer } = await import('../tokens/jwt-authorizer.ts')
  return { authorize: createJwtAuthorizer({ authority, audiences, fetchJson }) }
}
