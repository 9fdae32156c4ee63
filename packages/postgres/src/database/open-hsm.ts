/** Opens an HSM of a database, or creates it there. */

import type { KeyObject } from 'node:crypto'
import {
  checkOptions,
  createHsm,
  exportParts,
  type Hsm,
  type HsmOptions,
  importState,
  OPTION_CHECKS,
  optionTable,
  type RsaPoolRequest,
} from 'pocket-hsm'
import { readAuditRows } from '../audit/read-audit.ts'
import { toDatabaseError } from '../errors/database-error.ts'
import { type Outbox, startOutbox } from '../events/outbox.ts'
import { securityDomainOf } from '../schema/state-key.ts'
import { applyDue } from '../store/apply-due.ts'
import type { HsmStore, RunOptions } from '../store/hsm-store.ts'
import { createJobLease } from '../store/job-lease.ts'
import type { RunOnce } from '../store/once.ts'
import { runOnStore } from '../store/run.ts'
import { type DatabaseContext, retrying, type StoreContext } from '../store/store-context.ts'
import { badOption } from './database-options.ts'

/**
 * The options of an HSM in a database: those of `createHsm`, but for its clock, which is the database's, and its security
 * domain, which follows from the state key. An HSM that is there keeps its settings: options may repeat but not change
 * them, and those that are for a new HSM only (`baseUrl`, `activated`, `accessControl`) are ignored.
 */
export interface StoredHsmOptions
  extends Omit<HsmOptions, 'clock' | 'securityDomain' | 'auditLimit'> {
  /**
   * Makes the RSA key of a rotation that is due, elsewhere: see `fillRsaPool`. By default it is made here, which takes up
   * to some seconds.
   */
  readonly makeRsaKey?: ((request: RsaPoolRequest) => Promise<Uint8Array | undefined>) | undefined
}

/** What an HSM needs of its database. */
export interface HsmHome {
  readonly context: DatabaseContext
  readonly key: KeyObject
  readonly clock: () => number
}

/** An HSM that is open, with what the database does for it. */
export interface OpenStore {
  readonly store: HsmStore
  /** Throws if options for the HSM, which is open already, are not valid or contradict its settings. */
  readonly check: (options: StoredHsmOptions) => void
  readonly sweep: () => Promise<number>
  readonly close: () => Promise<void>
}

/** The most characters of a name. */
const LONGEST_NAME = 256

/** What one call on a partial HSM records: few entries. */
const AUDIT_LIMIT = 10_000

const { function: callback, listOf, members, string } = OPTION_CHECKS

const ONCE = ['id', 'toText', 'fromText', 'isAwaited'] as const

const RUN_OPTIONS = optionTable<RunOptions>({
  names: listOf(string),
  once: members(
    optionTable<RunOnce<never>>({
      id: string,
      toText: callback,
      fromText: callback,
      isAwaited: callback,
    }),
  ),
})

/** The members of `once` are of no use without each other. */
function checkRunOptions<Result>(options: RunOptions<Result>): void {
  checkOptions('run', options, RUN_OPTIONS)
  const { once } = options
  if (once === undefined || once === null) return
  const missing = ONCE.find((name) => (once[name] ?? undefined) === undefined)
  if (missing !== undefined)
    throw badOption(`The option "once" of run lacks the member ${missing}.`)
}

/** Opens an HSM, or creates it. */
export async function openStoredHsm(
  { context: shared, key, clock }: HsmHome,
  name: string,
  options: StoredHsmOptions,
): Promise<OpenStore> {
  checkName(name)
  const { makeRsaKey, ...hsmOptions } = checkOwnOptions(options)
  const domain = { securityDomain: securityDomainOf(key, name), clock, auditLimit: AUDIT_LIMIT }
  const { driver, schema } = shared
  const row = await findOrCreate(shared, name, () =>
    createHsm({ ...hsmOptions, ...domain, auditLimit: AUDIT_LIMIT }),
  )
  const importWith = (given: HsmOptions, bytes: Uint8Array): Hsm => {
    const { activated, accessControl, baseUrl, ...repeated } = given
    return importState(bytes, { ...repeated, ...domain })
  }
  const importTemplate = (bytes: Uint8Array): Hsm => importWith(hsmOptions, bytes)
  const template = importTemplate(row.bytes)
  const outboxes = new Set<Outbox>()
  const context: StoreContext = {
    ...shared,
    id: row.id,
    name: row.name,
    template: { revision: row.revision, hsm: template },
    importTemplate,
    makeRsaKey: makeRsaKey ?? undefined,
    onStored: () => {
      for (const { wake } of outboxes) wake()
    },
  }
  const sweep = () => applyDue(context)
  const store: HsmStore = {
    name: row.name,
    hsm: template,
    run: async (work, runOptions = {}) => {
      if (typeof work !== 'function') throw badOption('The work of run must be a function.')
      checkRunOptions(runOptions)
      return runOnStore(context, work, runOptions.names ?? [], runOptions.once ?? undefined)
    },
    jobLease: createJobLease(driver, row.id, context.recoveryMs),
    passTime: sweep,
    readAudit: async (filter = {}) => {
      try {
        await context.audit.flush()
        return await readAuditRows(driver, schema, row.id, filter)
      } catch (error) {
        throw toDatabaseError(error)
      }
    },
    onEvent: async (listener) => {
      if (typeof listener !== 'function') throw badOption('The listener must be a function.')
      await retrying(context.recoveryMs, () =>
        driver.query(
          `update ${schema}.hsms set has_events = true where id = $1 and not has_events`,
          [row.id],
        ),
      )
      const outbox = startOutbox(driver, schema, row.id, listener)
      outboxes.add(outbox)
      return async () => {
        outboxes.delete(outbox)
        await outbox.stop()
      }
    },
  }
  return {
    store,
    check: (others) => {
      const { makeRsaKey: _, ...given } = checkOwnOptions(others)
      importWith(given, row.bytes)
    },
    sweep,
    close: async () => {
      await Promise.all([...outboxes].map(({ stop }) => stop()))
    },
  }
}

/** Options of `createHsm` that are the database's: they would be ignored. */
const OF_THE_DATABASE = ['clock', 'securityDomain', 'auditLimit']

function checkOwnOptions(options: StoredHsmOptions): StoredHsmOptions {
  const given = OF_THE_DATABASE.find((each) => (Object(options)[each] ?? undefined) !== undefined)
  if (given !== undefined) {
    throw badOption(`The option "${given}" of openHsm is the database's: leave it out.`)
  }
  const { makeRsaKey, rsaPool } = Object(options) as StoredHsmOptions
  if (makeRsaKey !== undefined && makeRsaKey !== null && rsaPool === undefined) {
    throw badOption('openHsm needs an rsaPool for makeRsaKey.')
  }
  return options ?? {}
}

function checkName(name: string): void {
  if (typeof name === 'string' && name.length > 0 && name.length <= LONGEST_NAME) {
    // Half of a surrogate pair, or the character 0, would be another name in the database.
    if (!/[\0\p{Surrogate}]/u.test(name)) return
  }
  throw badOption(`The name of an HSM must have 1 to ${LONGEST_NAME} characters.`)
}

/** A row of the table of HSMs. */
export interface HsmRow {
  readonly id: number
  readonly name: string
  readonly revision: number
  readonly bytes: Uint8Array
}

/** Returns the row of a name, if there is one. */
export async function findHsm(
  { driver, schema }: Pick<DatabaseContext, 'driver' | 'schema'>,
  name: string,
): Promise<HsmRow | undefined> {
  const [row] = await driver.query(
    `select id, given_name, revision::float8 as revision, bytes from ${schema}.hsms where name = $1`,
    [name.toLowerCase()],
  )
  if (row === undefined) return undefined
  return {
    id: Number(row['id']),
    name: String(row['given_name']),
    revision: Number(row['revision']),
    bytes: row['bytes'] as Uint8Array,
  }
}

/** Several servers may create it at once: one of them does. */
async function findOrCreate(
  context: DatabaseContext,
  name: string,
  create: () => Hsm,
): Promise<HsmRow> {
  const { driver, schema, recoveryMs } = context
  return retrying(recoveryMs, async () => {
    const found = await findHsm(context, name)
    if (found !== undefined) return found
    const { hsm } = exportParts(create())
    await driver.query(
      `insert into ${schema}.hsms (name, given_name, bytes, revision)
        values ($1, $2, decode($3, 'base64'), nextval('${schema}.revisions')) on conflict do nothing`,
      [name.toLowerCase(), name, Buffer.from(hsm ?? []).toString('base64')],
    )
    return (await findHsm(context, name)) as HsmRow
  })
}
