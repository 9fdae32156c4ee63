/** What is found out about a request while it is being answered: for the request log and the metrics. */

import { AsyncLocalStorage } from 'node:async_hooks'

/** Facts about a request. None of them is a token, a body or a query. */
export interface RequestFacts {
  /** The operation of the REST API; `control`, `identity` or `management` for a request to those. */
  readonly operation?: string
  /** The name of the key, as in the path. */
  readonly key?: string
  /** The caller that the token names. */
  readonly caller?: string
  /** `error.code` of an error response. */
  readonly code?: string
  /** Why the request was refused, where the response need not say so. */
  readonly reason?: string
}

/** A request that nobody observes has no store, and `noteFacts` does nothing. */
const underWay = new AsyncLocalStorage<{ facts: RequestFacts }>()

/** Adds facts about the request that this code is answering, in place of earlier ones of the same name. */
export function noteFacts(facts: RequestFacts): void {
  const store = underWay.getStore()
  if (store !== undefined) store.facts = { ...store.facts, ...facts }
}

/**
 * Answers a request and collects the facts that are noted meanwhile.
 *
 * @param respond - Everything that it calls and awaits can note facts.
 * @param done - Receives the facts once `respond` has settled, and its value; `undefined` if it has rejected.
 */
export async function withFacts<Value>(
  respond: () => Promise<Value>,
  done: (facts: RequestFacts, value: Value | undefined) => void,
): Promise<Value> {
  const store = { facts: {} }
  let value: Value | undefined
  try {
    value = await underWay.run(store, respond)
    return value
  } finally {
    done(store.facts, value)
  }
}
