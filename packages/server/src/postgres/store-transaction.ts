/** Requests on an HSM in PostgreSQL. */

import type { HsmStore, RunOnce } from '@pocket-hsm/postgres'
import type { Transaction } from '@pocket-hsm/rest'
import { repeatableRequest } from './request-once.ts'

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown }

/** A response is JSON; an error stores nothing of the request. */
function onceOf<Result>(): RunOnce<Outcome<Result>> | undefined {
  const request = repeatableRequest()
  if (request === undefined) return undefined
  return {
    ...request,
    toText: (outcome) => ('error' in outcome ? undefined : JSON.stringify(outcome.result)),
    fromText: (text) => ({ result: JSON.parse(text) as Result }),
  }
}

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
      { names: name === '' ? [] : [name], once: onceOf<Result>() },
    )
    if ('error' in outcome) throw outcome.error
    return outcome.result
  }
}
