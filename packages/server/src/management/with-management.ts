/** The management plane of a server. */

import { type Authorizer, createManagementHandler, type ManagementHandler } from '@pocket-hsm/rest'
import type { Hosts } from '../hsms/hosts.ts'
import { noteFacts } from '../network/request-facts.ts'
import type { Respond } from '../network/respond.ts'
import type { ServerSettings } from '../options.ts'
import type { ServerHosting } from './server-hosting.ts'

/** The audiences of tokens for Azure Resource Manager. */
export const MANAGEMENT_AUDIENCES: readonly string[] = [
  'https://management.azure.com',
  'https://management.azure.com/',
  'https://management.core.windows.net',
  'https://management.core.windows.net/',
]

/** What the management plane of a server is made of. */
export interface ManagementParts {
  readonly hosting: ServerHosting
  readonly hosts: Hosts
  readonly settings: Pick<ServerSettings, 'auth' | 'authority'>
  /** Verifies tokens for Resource Manager; without it any token is accepted. */
  readonly authorize: Authorizer | undefined
  /** The tenant of the subscription. */
  readonly tenantId?: string | undefined
}

/** Adds the management plane to a server: it responds to its own paths, whatever the host. */
export function withManagement(respond: Respond, parts: ManagementParts): Respond {
  const { settings } = parts
  const handler = handlerOf(parts)
  return (request, peer) => {
    if (!handler.handles(new URL(request.url))) return respond(request, peer)
    noteFacts({ operation: 'management' })
    if (settings.auth === 'none' && !request.headers.has('authorization')) {
      request.headers.set('authorization', 'Bearer none')
    }
    return handler(request)
  }
}

function handlerOf({
  hosting,
  hosts,
  settings: { authority },
  authorize,
  tenantId,
}: ManagementParts): ManagementHandler {
  const { first, store } = hosting
  return createManagementHandler(hosting, {
    onChange: store,
    ...(first !== undefined && { state: first }),
    ...(authority !== undefined && { loginEndpoint: authority }),
    ...(tenantId !== undefined && { tenantId }),
    ...(authorize !== undefined && {
      authorize: async (token: string) => {
        const [served] = hosts.all
        if (served === undefined) return false
        const { refused } = await authorize({ token, hsm: served.hsm(), scope: '/' })
        return refused === undefined
      },
    }),
  })
}
