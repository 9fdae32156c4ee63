/** Requests that are done once, also if their clients send them again because they never learnt how they ended. */

import { createHash } from 'node:crypto'
import { databaseError } from '../errors/database-error.ts'
import { forgetRepeat, type Repeat, readRepeat } from '../rows/repeats.ts'
import type { StoreContext } from './store-context.ts'

/**
 * A request that its client may send again, such as one with an `x-ms-client-request-id`. It is stored with its result, until
 * the client is about to learn it or an hour has passed: repeated until then, to whatever server, it changes nothing and has
 * that result.
 */
export interface RunOnce<Result> {
  /** What a repetition has too, and no other request to this HSM. */
  readonly id: string
  /** The result as text; `undefined` if the request need not be done once. */
  readonly toText: (result: Result) => string | undefined
  /** The reverse of `toText`. */
  readonly fromText: (text: string) => Result
  /** Whether the client is still there for the result: then the request is forgotten once it is stored. */
  readonly isAwaited: () => boolean
}

/** The request on its way to the database, if it is to be done once. */
export function repeatOf<Result>(
  { id, sealer }: StoreContext,
  once: RunOnce<Result> | undefined,
  result: Result,
): Repeat | undefined {
  const text = once?.toText(result)
  if (once === undefined || text === undefined) return undefined
  const request = identifierOf(once)
  return { request, result: sealer.seal(text, placeOf(id, request)) }
}

/** Returns the result of a request that was stored before; `undefined` if it has been forgotten meanwhile. */
export async function storedResult<Result>(
  { id, driver, schema, sealer, name }: StoreContext,
  once: RunOnce<Result>,
): Promise<{ readonly result: Result } | undefined> {
  const request = identifierOf(once)
  const sealed = await readRepeat(driver, schema, id, request)
  if (sealed === undefined) return undefined
  try {
    return { result: once.fromText(sealer.open(sealed, placeOf(id, request))) }
  } catch (error) {
    throw databaseError(
      'DamagedRow',
      `The result of a request to the HSM ${name} is damaged in the database.`,
      error,
    )
  }
}

/** Forgets a request whose client is about to learn its result. If that fails, it is forgotten after an hour. */
export async function forget<Result>(
  { id, driver, schema }: StoreContext,
  once: RunOnce<Result>,
): Promise<void> {
  if (once.isAwaited()) await forgetRepeat(driver, schema, id, identifierOf(once)).catch(() => {})
}

/** Of whatever length the client has chosen. */
const identifierOf = ({ id }: Pick<RunOnce<unknown>, 'id'>): Uint8Array =>
  createHash('sha256').update(id).digest()

const placeOf = (hsm: number, request: Uint8Array): string =>
  `${hsm}/${Buffer.from(request).toString('hex')}`
