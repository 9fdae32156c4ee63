/** The answer of an operation that is more than JSON with the usual status. */

import type { ResponseParts } from './response-parts.ts'

const replies = new WeakSet<ResponseParts>()

/** Marks the parts of a response as an operation's whole answer: its status, its headers, its body. */
export function reply(parts: ResponseParts): ResponseParts {
  const whole = { ...parts }
  replies.add(whole)
  return whole
}

/** Returns the parts of what an operation has returned: JSON, `undefined` for no body, or a {@link reply}. */
export function partsOf(result: unknown, status: number | undefined): ResponseParts {
  if (result === undefined) return { status: status ?? 204 }
  if (isReply(result)) return result
  return { status: status ?? 200, json: result }
}

function isReply(result: unknown): result is ResponseParts {
  return typeof result === 'object' && result !== null && replies.has(result as ResponseParts)
}
