/** Requests that were stored and whose clients may not know it: see the option `once` of `run`. */

import type { Queries } from '../driver/driver.ts'

/** A request that its client may send again, and its result. */
export interface Repeat {
  /** What identifies it: 32 bytes. */
  readonly request: Uint8Array
  /** What it has returned, sealed. */
  readonly result: Uint8Array
}

/** Returns the sealed result of a request; `undefined` if there is none, or no more. */
export async function readRepeat(
  queries: Queries,
  schema: string,
  hsm: number,
  request: Uint8Array,
): Promise<Uint8Array | undefined> {
  const [row] = await queries.query(
    `select result from ${schema}.repeats where hsm = $1 and request = decode($2, 'base64')`,
    [hsm, Buffer.from(request).toString('base64')],
  )
  return row?.['result'] as Uint8Array | undefined
}

/** Forgets a request, as its client is about to know the result. Whether that survives a crash does not matter. */
export async function forgetRepeat(
  queries: Queries,
  schema: string,
  hsm: number,
  request: Uint8Array,
): Promise<void> {
  await queries.query(
    `with quick as materialized (select set_config('synchronous_commit', 'off', true))
      delete from ${schema}.repeats using quick where hsm = $1 and request = decode($2, 'base64')`,
    [hsm, Buffer.from(request).toString('base64')],
  )
}
