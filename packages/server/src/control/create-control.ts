/** The control API of a running server, for callers on this machine or with the control token. */

import { type Control, createControl } from '@pocket-hsm/rest'
import { noteFacts } from '../network/request-facts.ts'
import { errorResponse, type Respond } from '../network/respond.ts'
import type { Controlled } from './control-caller.ts'
import { type ControlAccess, type ControlRefusal, checkCaller } from './control-caller.ts'

/** The path of the control API; keys are under other paths. */
const ROOT = '/control'

/** Makes the control API of a server. */
export function createServerControl(
  { hosts, clock }: Controlled,
  about: Readonly<Record<string, unknown>> = {},
): Control {
  return createControl({ hsms: () => hosts.all, clock, about })
}

/**
 * Adds the control API to a server.
 *
 * @param respond - Responds to every request that is not for control.
 * @param access - Who may use it; by default callers on this machine.
 */
export function withControl(
  respond: Respond,
  controlled: Controlled,
  access: ControlAccess = {},
  control: Control = createServerControl(controlled),
): Respond {
  return async (request, peer) => {
    const url = new URL(request.url)
    const path = url.pathname.replace(/\/$/, '')
    if (path !== ROOT && !path.startsWith(`${ROOT}/`)) return respond(request, peer)
    noteFacts({ operation: 'control' })
    try {
      await checkCaller(request, url, peer, controlled, access)
    } catch (error) {
      const { status, message } = error as Partial<ControlRefusal>
      if (status === undefined || message === undefined) throw error
      return errorResponse(status, status === 401 ? 'Unauthorized' : 'Forbidden', message)
    }
    // A body of unknown length would have to be read to be measured.
    if (request.method === 'POST' && request.headers.get('content-length') === null) {
      return errorResponse(411, 'BadParameter', 'The Content-Length is missing.')
    }
    return noted(await control.handle(request))
  }
}

/** After each response, what it has changed goes to those who follow the events: with a state, it is on disk by then. */
export function withEvents(respond: Respond, { publish }: Control): Respond {
  return async (request, peer) => {
    const response = await respond(request, peer)
    publish()
    return response
  }
}

/** The log has the code and the text of an error. */
async function noted(response: Response): Promise<Response> {
  if (response.status < 400) return response
  const { error } = (await response.clone().json()) as {
    readonly error: { readonly code: string; readonly message: string }
  }
  noteFacts({ code: error.code, reason: error.message })
  return response
}
