/** Notes what the handler and the authorizer know about a request, for the log. */

import type { AuditEntry, Authorizer } from '@pocket-hsm/rest'
import { noteFacts } from '../network/request-facts.ts'

/** Notes the operation, the key and the caller of a request; never its token. */
export function noteAuditEntry({ operation, name, caller, code }: AuditEntry): void {
  noteFacts({
    ...(operation !== undefined && { operation }),
    ...(name !== undefined && { key: name }),
    ...(caller !== undefined && { caller }),
    ...(code !== undefined && { code }),
  })
}

/** Notes why an authorizer has refused a token, or why it could not decide. */
export function noteRefusals(authorize: Authorizer): Authorizer {
  return async (request) => {
    try {
      const decision = await authorize(request)
      if (decision.refused !== undefined && decision.message !== undefined) {
        noteFacts({ reason: decision.message })
      }
      return decision
    } catch (error) {
      const { message, cause } = error as Error
      const why = cause instanceof Error ? `${message} ${cause.message}` : message
      noteFacts({ reason: why })
      throw error
    }
  }
}
