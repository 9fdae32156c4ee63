/** The EKM proxy of a server, which tells the operator when it cannot be reached, and why. */

import { type AsyncExternalKeyManager, createProxyKeyManager } from '@pocket-hsm/rest'

/**
 * Makes an external key manager of a proxy. Clients are not told why it cannot be reached: that names what is behind the
 * HSM.
 *
 * @param warn - Receives a line when the proxy cannot be reached, and no other until it was reached again.
 */
export function createEkmProxy(
  url: string,
  warn: (message: string) => void,
): AsyncExternalKeyManager {
  const ask = createProxyKeyManager({ url })
  let isAway = false
  return async (request, call) => {
    try {
      const answer = await ask(request, call)
      isAway = false
      return answer
    } catch (error) {
      // One that is too slow is no secret: the client gets a 504.
      if (!isAway && !call.signal.aborted) {
        isAway = true
        warn(`The EKM proxy ${url} cannot be reached: ${reasonOf(error)}`)
      }
      throw error
    }
  }
}

/** The errors of `fetch` have it in their cause. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { readonly cause?: unknown }
  return cause instanceof Error ? cause.message : String(cause)
}
