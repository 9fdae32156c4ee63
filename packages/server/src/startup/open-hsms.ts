/** The HSMs of the options, and the journal of those that are persistent; nothing listens yet. */

import type { IdentityHandler } from '@pocket-hsm/identity'
import type { DatabaseObserver } from '@pocket-hsm/postgres'
import type {
  AsyncExternalKeyManager,
  AuditEntry,
  Authorizer,
  ChallengeOptions,
  RsaKeyMaker,
} from '@pocket-hsm/rest'
import { createRsaPool } from 'pocket-hsm'
import { type AuditLog, openAuditLog } from '../audit-log/audit-log.ts'
import { recordOnceStored } from '../audit-log/record-once-stored.ts'
import { withConsole } from '../console/with-console.ts'
import { createServerControl, withControl, withEvents } from '../control/create-control.ts'
import { enableRoles } from '../hsms/access-options.ts'
import { createHosts, type Hosts } from '../hsms/hosts.ts'
import { respondFromHsms } from '../hsms/respond-from-hsms.ts'
import { createServerClock } from '../hsms/server-clock.ts'
import { parseSettings } from '../hsms/settings.ts'
import type { Journal, JournalStats } from '../journal/journal.ts'
import { withJournal } from '../journal/with-journal.ts'
import { createServerHosting } from '../management/server-hosting.ts'
import { MANAGEMENT_AUDIENCES, withManagement } from '../management/with-management.ts'
import { isPublicAddress } from '../network/addresses.ts'
import { createEkmProxy } from '../network/ekm-proxy.ts'
import { createJsonFetcher, type FetchJson } from '../network/fetch-json.ts'
import { createHttpGet } from '../network/http-get.ts'
import type { Respond } from '../network/respond.ts'
import { createStorage } from '../network/storage.ts'
import type { ReadinessCheck } from '../ops/readiness.ts'
import type { ServerOptions, ServerSettings } from '../options.ts'
import { withRepeatableRequests } from '../postgres/request-once.ts'
import { createAttestation } from '../tokens/attestation.ts'
import { defaultAudiences } from '../tokens/audiences.ts'
import { noteAuditEntry, noteRefusals } from '../tokens/note-requests.ts'
import {
  createIdentityAuthorizer,
  createServerIdentity,
  IDENTITY_CHALLENGE,
  withIdentity,
} from '../tokens/server-identity.ts'
import { type OpenPostgres, openPostgres } from './open-postgres.ts'
import { openStateOf } from './state-of-options.ts'

/** HSMs that are ready for requests. */
export interface OpenHsms {
  /** The options, completed from the state. */
  readonly settings: ServerSettings
  readonly hosts: Hosts
  /** Responds to a request. With a state, a response comes after what it shows is on disk. */
  readonly respond: Respond
  /** What the journal of the state has written; `undefined` without a state. */
  readonly journalStats: () => JournalStats | undefined
  /** The database that has the keys, if one has. */
  readonly database: OpenPostgres['database'] | undefined
  /** Further checks of whether the server is ready, by name. */
  readonly checks: Readonly<Record<string, ReadinessCheck>>
  /** Ends the responses that would go on for as long as their readers stay. */
  readonly endStreams: () => void
  /** Closes the state and the audit log. */
  readonly close: () => Promise<void>
}

/** What answers HSMs with external keys. */
function externalKeysOf({ externalKeyManager, ekmProxy, warn }: ServerSettings): {
  readonly externalKeyManager?: AsyncExternalKeyManager
} {
  if (ekmProxy !== undefined) {
    return { externalKeyManager: createEkmProxy(ekmProxy, warn) }
  }
  return externalKeyManager === undefined ? {} : { externalKeyManager }
}

/**
 * Opens the HSMs of a server. It throws what `startServer` throws, except errors of listening.
 *
 * @param makeRsaKey - Makes RSA keys on another thread; without it each is made when it is needed.
 * @param observeDatabase - Receives measurements of the database, if there is one.
 */
export async function openHsms(
  options: ServerOptions,
  makeRsaKey?: RsaKeyMaker,
  observeDatabase?: DatabaseObserver,
): Promise<OpenHsms> {
  const asked = parseSettings(options)
  // Wrong options of it are errors before a database is opened.
  const ownIdentity = createServerIdentity(asked)
  const fetchJson = createJsonFetcher()
  const { attestationKeys, prepareRelease } = createAttestation({
    given: asked.attestationKeys,
    configured: asked.attestationIssuers,
    fetchPublic: createJsonFetcher(createHttpGet(isPublicAddress)),
    fetchAny: fetchJson,
    warn: asked.warn,
  })
  const shared = { attestationKeys, rsaPool: createRsaPool() }
  const postgres = await openPostgres(options, asked, shared, makeRsaKey, observeDatabase)
  const clock = postgres?.clock ?? createServerClock()
  const engine = { ...shared, clock: clock.now }
  const opened = postgres ? { ...postgres, isSeeded: false, state: undefined } : undefined
  const { settings, isSeeded, state } = opened ?? (await openStateOf(options, asked, engine))
  const identity =
    postgres && asked.seed === undefined
      ? createServerIdentity({ ...asked, seed: postgres.identitySeed })
      : ownIdentity
  const { limits, control, controlToken, management, warn } = settings
  if (postgres === undefined) void clock.setOffset(state?.server?.clockOffset ?? 0)
  try {
    const auditLog = await auditLogOf(settings, identity)
    const authorize = await authorizerOf(settings, identity, fetchJson)
    let journal: Journal | undefined
    const hosts = createHosts(
      settings,
      engine,
      {
        maxBodyLength: limits.maxBodyLength,
        prepareRelease,
        ...externalKeysOf(settings),
        audit: auditsOf(auditLog, () => journal?.flush()),
        storage: createStorage(settings),
        ...(authorize !== undefined && { authorize }),
        ...(makeRsaKey !== undefined && { makeRsaKey }),
        ...challengeOf(settings, identity),
      },
      state,
      postgres?.stores,
    )
    const hosting = management
      ? createServerHosting({ hosts, engine, seed: settings.seed, rbac: settings.rbac, state })
      : undefined
    journal = await state?.store(
      () => hosts.all.map(({ name, storedAs = name, hsm }) => ({ name: storedAs, hsm })),
      () => ({
        clockOffset: clock.offset(),
        isSeeded,
        ...(hosting !== undefined && { management: hosting.stored() }),
      }),
    )
    await enableRoles(
      hosts.all.filter(({ storedAs }) => storedAs === undefined),
      settings,
    )
    await journal?.flush()
    const answered = respondFromHsms(hosts, settings)
    const fromHsms = postgres === undefined ? answered : withRepeatableRequests(answered)
    const managed =
      hosting === undefined
        ? fromHsms
        : withManagement(fromHsms, {
            hosting,
            hosts,
            settings,
            tenantId: identity?.tenantId,
            authorize: await authorizerOf(
              { ...settings, audiences: MANAGEMENT_AUDIENCES },
              identity,
              fetchJson,
            ),
          })
    // Anyone who reaches control can get a token from the stand-in: it would prove nothing.
    const needed = identity ? undefined : authorize
    const streams = control
      ? createServerControl({ hosts, clock }, aboutOf(settings, identity))
      : undefined
    const controlled = streams
      ? withControl(managed, { hosts, clock }, { authorize: needed, token: controlToken }, streams)
      : managed
    const stored = journal === undefined ? controlled : withJournal(controlled, journal, warn)
    const published = streams ? withEvents(stored, streams) : stored
    const shown = settings.console
      ? withConsole(published, { hosts, clock }, controlToken !== undefined)
      : published
    const respond = auditLog?.withPeer(shown) ?? shown
    return {
      settings,
      hosts,
      respond: identity
        ? withIdentity(respond, identity, { ...settings, tenantId: identity.tenantId })
        : respond,
      journalStats: () => journal?.stats(),
      database: postgres?.database,
      endStreams: () => streams?.close(),
      checks: {
        ...(postgres && { database: postgres.database.check }),
        ...(auditLog && { auditLog: auditLog.check }),
      },
      close: async () => {
        try {
          // Records wait for it.
          await journal?.close()
        } finally {
          await auditLog?.close()
          await postgres?.close()
        }
      },
    }
  } catch (error) {
    await state?.release()
    await postgres?.close()
    throw error
  }
}

/** What clients of the control API have to know about tokens. */
function aboutOf({ auth }: ServerSettings, identity: IdentityHandler | undefined) {
  return { auth, ...(identity && { tenantId: identity.tenantId }) }
}

/** The authoriser of the tokens; `undefined` if they are not verified. The library for it is loaded only if they are. */
async function authorizerOf(
  settings: ServerSettings,
  identity: IdentityHandler | undefined,
  fetchJson: FetchJson,
): Promise<Authorizer | undefined> {
  const { auth, authority, audiences = defaultAudiences(settings) } = settings
  if (auth !== 'jwt') return undefined
  if (identity) return noteRefusals(createIdentityAuthorizer(identity, audiences))
  if (authority === undefined) return undefined
  const { createJwtAuthorizer } = await import('../tokens/jwt-authorizer.ts')
  return noteRefusals(createJwtAuthorizer({ authority, audiences, fetchJson }))
}

function auditLogOf(
  { auditLog, warn }: ServerSettings,
  identity: IdentityHandler | undefined,
): Promise<AuditLog> | undefined {
  return auditLog === undefined ? undefined : openAuditLog(auditLog, identity?.tenantId, warn)
}

/** Each request goes to the log of requests, and to the audit log if there is one. */
function auditsOf(
  auditLog: AuditLog | undefined,
  flush: () => Promise<void> | undefined,
): (entry: AuditEntry) => void {
  if (auditLog === undefined) return noteAuditEntry
  const record = recordOnceStored(auditLog.record, flush)
  return (entry) => {
    noteAuditEntry(entry)
    record(entry)
  }
}

function challengeOf(
  { authority }: ServerSettings,
  identity: IdentityHandler | undefined,
): { readonly challenge?: ChallengeOptions } {
  if (identity) return { challenge: IDENTITY_CHALLENGE }
  return authority === undefined ? {} : { challenge: { authorization: authority } }
}
