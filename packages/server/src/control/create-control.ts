/** The control API of a running server, for callers on this machine or with the control token: clock, faults, forks, state, audit trail. */

import type { ServedHsm } from '../hsms/hosts.ts'
import { noteFacts } from '../network/request-facts.ts'
import { errorResponse, type Respond } from '../network/respond.ts'
import { AUDIT_ROUTES } from './control-audit.ts'
import { type ControlAccess, checkCaller } from './control-caller.ts'
import { CLOCK_ROUTES } from './control-clock.ts'
import { type ControlRefusal, checkMembers, refuse } from './control-error.ts'
import { FAULT_ROUTES } from './control-faults.ts'
import { forkRoutes } from './control-forks.ts'
import type { ControlCall, Controlled, ControlRoute, JsonObject } from './control-route.ts'
import { STATE_ROUTES } from './control-state.ts'

/** The path of the control API; keys are under other paths. */
const ROOT = '/control'

const MOST_BYTES = 64 * 1024

const JSON_TYPE = /^application\/json\s*(;|$)/i

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
): Respond {
  const routes: readonly ControlRoute[] = [
    { method: 'GET', path: '', run: overview },
    ...CLOCK_ROUTES,
    ...FAULT_ROUTES,
    ...forkRoutes(controlled.hosts.all),
    ...STATE_ROUTES,
    ...AUDIT_ROUTES,
  ]
  return async (request, peer) => {
    const url = new URL(request.url)
    const path = url.pathname.replace(/\/$/, '')
    if (path !== ROOT && !path.startsWith(`${ROOT}/`)) return respond(request, peer)
    noteFacts({ operation: 'control' })
    try {
      await checkCaller(request, url, peer, controlled, access)
      const route = findRoute(routes, request.method, path.slice(ROOT.length))
      const json = request.method === 'POST' ? await readJson(request) : {}
      checkMembers(json, route.members ?? [])
      const query = queryOf(url)
      checkMembers(query, route.query ?? [])
      const served = () => servedIn(url, controlled)
      return Response.json(await route.run({ ...controlled, json, query, served }))
    } catch (error) {
      const { status, message } = error as Partial<ControlRefusal>
      if (status === undefined || message === undefined) throw error
      return errorResponse(status, CODES[status] ?? 'BadParameter', message)
    }
  }
}

const CODES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'ResourceNotFound',
  501: 'NotImplemented',
}

function findRoute(routes: readonly ControlRoute[], method: string, path: string): ControlRoute {
  const there = routes.filter((route) => route.path === path)
  const route = there.find((each) => each.method === method)
  if (route !== undefined) return route
  if (there.length > 0) throw refuse(405, `The method ${method} is not allowed here.`)
  throw refuse(404, `There is nothing at ${ROOT}${path.slice(0, 256)}.`)
}

async function readJson(request: Request): Promise<JsonObject> {
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) {
    throw refuse(415, 'The Content-Type must be application/json.')
  }
  const length = request.headers.get('content-length')
  if (length === null) throw refuse(411, 'The Content-Length is missing.')
  if (Number(length) > MOST_BYTES) {
    throw refuse(413, `The request body must have at most ${MOST_BYTES} bytes.`)
  }
  const json = parsed((await request.text()) || '{}')
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json }
  throw refuse(400, 'The request body must be a JSON object.')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refuse(400, 'The request body is not valid JSON.')
  }
}

/** Clients of the service send an api-version with every request. */
function queryOf({ searchParams }: URL): JsonObject {
  return Object.fromEntries(
    [...searchParams].filter(([name]) => name !== 'hsm' && name !== 'api-version'),
  )
}

function servedIn(url: URL, { hosts }: Controlled): ServedHsm {
  const asked = url.searchParams.get('hsm')?.toLowerCase()
  const names = hosts.all.map(({ name }) => name)
  const [only, ...others] = hosts.all
  if (asked === undefined && others.length > 0) {
    throw refuse(
      400,
      `The server has several HSMs: choose one with ?hsm=NAME, or --hsm NAME of the command. The names are: ${names.join(', ')}.`,
    )
  }
  const served =
    asked === undefined ? only : hosts.all.find(({ name }) => name.toLowerCase() === asked)
  if (served !== undefined) return served
  throw refuse(404, `There is no HSM of that name. The names are: ${names.join(', ')}.`)
}

function overview({ hosts, clock }: ControlCall): JsonObject {
  return {
    hsms: hosts.all.map(({ name, hosts: own, hsm }) => ({
      name,
      hosts: own,
      profile: hsm().profile,
    })),
    time: new Date(clock.now()).toISOString(),
  }
}
