/** The control API: clock, faults and forks of a running server, for this machine alone. */

import type { ServedHsm } from '../hsms/hosts.ts'
import { isLoopback } from '../network/addresses.ts'
import { type Answer, errorResponse } from '../network/respond.ts'
import { AUDIT_ROUTES } from './control-audit.ts'
import { CLOCK_ROUTES } from './control-clock.ts'
import { type ControlRefusal, checkMembers, refuse } from './control-error.ts'
import { FAULT_ROUTES } from './control-faults.ts'
import { forkRoutes } from './control-forks.ts'
import type { ControlCall, Controlled, ControlRoute, JsonObject } from './control-route.ts'
import { STATE_ROUTES } from './control-state.ts'

/** Where it is; keys are under other paths. */
const ROOT = '/control'

const MOST_BYTES = 64 * 1024

const JSON_TYPE = /^application\/json\s*(;|$)/i

/** Puts the control API before what answers everything else. */
export function withControl(answer: Answer, controlled: Controlled): Answer {
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
    if (path !== ROOT && !path.startsWith(`${ROOT}/`)) return answer(request, peer)
    try {
      checkCaller(request, url, peer, controlled)
      const route = findRoute(routes, request.method, path.slice(ROOT.length))
      const json = request.method === 'POST' ? await readJson(request) : {}
      checkMembers(json, route.members ?? [])
      const query = queryOf(url)
      checkMembers(query, route.query ?? [])
      const served = () => servedIn(url, controlled)
      return Response.json(route.run({ ...controlled, json, query, served }))
    } catch (error) {
      const { status, message } = error as Partial<ControlRefusal>
      if (status === undefined || message === undefined) throw error
      return errorResponse(status, status === 404 ? 'ResourceNotFound' : 'BadParameter', message)
    }
  }
}

/** A web page in somebody's browser is on this machine too, and is kept out by its origin and by the host it knows. */
function checkCaller(
  request: Request,
  { hostname }: URL,
  peer: string,
  { hosts }: Controlled,
): void {
  const isOwnName =
    isLoopback(hostname) || hosts.all.some((served) => served.hosts.includes(hostname))
  if (isLoopback(peer) && isOwnName && !request.headers.has('origin')) return
  throw refuse(403, 'A server is controlled from its own machine, and not by web pages.')
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

/** Whatever speaks to the service says an api-version with everything. */
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
    throw refuse(400, `Say which HSM by ?hsm=: there are ${names.join(', ')}.`)
  }
  const served =
    asked === undefined ? only : hosts.all.find(({ name }) => name.toLowerCase() === asked)
  if (served !== undefined) return served
  throw refuse(404, `There is no HSM of that name: there are ${names.join(', ')}.`)
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
