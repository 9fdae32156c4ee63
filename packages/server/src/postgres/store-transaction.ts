/** Requests on an HSM in PostgreSQL. */

import type { HsmStore } from '@pocket-hsm/postgres'
import type { Transaction } from '@pocket-hsm/rest'
import { errorResponse, type Respond } from '../network/respond.ts'

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown }

/** Runs the operation of each request on the keys that it names, and stores what has changed. */
export function transactionOf(store: HsmStore): Transaction {
  return async <Result>(
    _: unknown,
    { name }: { readonly name: string },
    work: Parameters<Transaction>[2],
  ): Promise<Result> => {
    // An operation that is refused has changed nothing, but what time has changed before stays.
    const outcome: Outcome<Result> = await store.run(
      async (hsm) => {
        try {
          return { result: (await work(hsm)) as Result }
        } catch (error) {
          return { error }
        }
      },
      { names: name === '' ? [] : [name] },
    )
    if ('error' in outcome) throw outcome.error
    return outcome.result
  }
}

/** Full backups and restores: `/backup`, `/prebackup`, `/restore`, `/prerestore`, `/keys/{name}/restore`, and their jobs. */
const FULL_BACKUP = /^\/((pre)?(backup|restore)(\/|$)|keys\/[^/]+\/restore\/?$)/i

/** Refuses full backups and restores, which are about all keys at once. */
export function withoutFullBackups(respond: Respond): Respond {
  return async (request, peer) => {
    const { pathname } = new URL(request.url)
    if (!FULL_BACKUP.test(pathname)) return respond(request, peer)
    // Without a token, a client has to get the challenge first.
    if (!request.headers.has('authorization')) return respond(request, peer)
    return errorResponse(
      501,
      'NotImplemented',
      'Full backups and restores are not available for HSMs in PostgreSQL: back up the database, or copy it with pocket-hsm state copy.',
    )
  }
}
