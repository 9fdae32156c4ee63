/**
 * What the Azure CLI asks Microsoft Graph, and no more of it: who has a name, and whose an object id is.
 *
 * @see Microsoft Graph REST API v1.0: List users, List servicePrincipals, directoryObject: getByIds
 */

import { type KnownPrincipal, userOf } from '../directory/known-principals.ts'
import { isEntraError } from '../errors/entra-error.ts'
import { readText } from '../grants/read-form.ts'
import { verifyToken } from '../grants/verify-token.ts'
import { isGuid } from '../names/guid.ts'
import type { JsonObject } from '../tokens/jwt.ts'
import type { EndpointCall } from './endpoint-call.ts'

/** So many ids may be asked for at once. */
const MOST_IDS = 1000

/** A text of OData, in which a quotation mark is doubled. */
const TEXT = "'((?:[^']|'')*)'"
const USER = new RegExp(`^userPrincipalName eq ${TEXT}$`)
const SERVICE_PRINCIPAL = new RegExp(`^servicePrincipalNames/any\\(c: ?c eq ${TEXT}\\)$`)

/** `GET /v1.0/users`, with or without a filter by `userPrincipalName`. */
export function users(call: EndpointCall): JsonObject | Response {
  return listOf(call, 'users', USER, (name) => {
    const { directory, tenants } = call.identity
    const found = directory.known.list('user').find((user) => isSameName(user.name, name))
    if (found !== undefined) return found
    // Without a table of users, every name that looks like one is a user's.
    if (!name.includes('@')) return undefined
    try {
      return userOf(name, directory.findUser(name, tenants.home).objectId)
    } catch (error) {
      if (isEntraError(error)) return undefined
      throw error
    }
  })
}

/** `GET /v1.0/servicePrincipals`, with or without a filter by `servicePrincipalNames`. */
export function servicePrincipals(call: EndpointCall): JsonObject | Response {
  const { known } = call.identity.directory
  return listOf(call, 'servicePrincipals', SERVICE_PRINCIPAL, (name) =>
    known.list('servicePrincipal').find((principal) => isSameName(principal.name, name)),
  )
}

/** `POST /v1.0/directoryObjects/getByIds`: those who are known. Types that are asked for make no difference. */
export async function objectsByIds(call: EndpointCall): Promise<JsonObject | Response> {
  const refusal = refusalOf(call)
  if (refusal) return refusal
  const ids = idsOf(await readText(call.request))
  if (ids === undefined) {
    return graphError(400, 'Request_BadRequest', `ids must be a list of up to ${MOST_IDS} GUIDs.`)
  }
  const { known, isOpen } = call.identity.directory
  const found = [...new Set(ids)].flatMap((id) => {
    const principal = known.find(id) ?? (isOpen ? someone(id) : undefined)
    return principal ? [toObject(principal)] : []
  })
  return { '@odata.context': contextOf(call, 'directoryObjects'), value: found }
}

/** Without tables, every GUID may be the object id of an application that was not seen. */
const someone = (objectId: string): KnownPrincipal => ({
  kind: 'servicePrincipal',
  objectId,
  name: objectId,
})

function listOf(
  call: EndpointCall,
  name: 'users' | 'servicePrincipals',
  filter: RegExp,
  find: (name: string) => KnownPrincipal | undefined,
): JsonObject | Response {
  const refusal = refusalOf(call)
  if (refusal) return refusal
  const asked = call.url.searchParams.get('$filter')
  const context = { '@odata.context': contextOf(call, name) }
  if (asked === null) {
    const kind = name === 'users' ? 'user' : 'servicePrincipal'
    return { ...context, value: call.identity.directory.known.list(kind).map(toObject) }
  }
  const [, text] = filter.exec(asked) ?? []
  if (text === undefined) {
    const only = name === 'users' ? 'userPrincipalName eq' : 'servicePrincipalNames/any'
    return graphError(400, 'Request_UnsupportedQuery', `Only a filter by ${only} is supported.`)
  }
  const found = find(text.replaceAll("''", "'"))
  return { ...context, value: found ? [toObject(found)] : [] }
}

/** A token of this handler is needed, for whatever audience. */
function refusalOf({ identity, request }: EndpointCall): Response | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  const refused = token === undefined ? 'there is none' : verifyToken(identity, token, {}).refused
  if (refused === undefined) return undefined
  const text = `The access token was not accepted: ${refused}.`
  return graphError(401, 'InvalidAuthenticationToken', text)
}

function idsOf(text: string): readonly string[] | undefined {
  let ids: unknown
  try {
    ids = (JSON.parse(text) as { ids?: unknown } | null)?.ids
  } catch {
    return undefined
  }
  if (!Array.isArray(ids) || ids.length > MOST_IDS) return undefined
  return ids.every((id) => typeof id === 'string' && isGuid(id)) ? ids : undefined
}

const ODATA_TYPE = '#microsoft.graph.'

function toObject({ kind, objectId, name }: KnownPrincipal): JsonObject {
  const common = { '@odata.type': ODATA_TYPE + kind, id: objectId, displayName: name }
  if (kind === 'user') return { ...common, userPrincipalName: name }
  if (kind === 'group') return common
  return { ...common, appId: name, servicePrincipalNames: [name] }
}

const contextOf = ({ origin }: EndpointCall, name: string): string =>
  `${origin}/v1.0/$metadata#${name}`

const graphError = (status: number, code: string, message: string): Response =>
  Response.json({ error: { code, message } }, { status })

const isSameName = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase()
