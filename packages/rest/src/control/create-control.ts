/** The control API: clock, faults, forks, state, audit trail, events. Who may use it is decided elsewhere. */

import { AUDIT_ROUTES } from './audit.ts'
import { CLOCK_ROUTES, clockBody } from './clock.ts'
import type { ControlClock, ControlledHsm } from './controlled.ts'
import { type ControlRefusal, checkMembers, refuse } from './error.ts'
import { createEventStreams } from './events.ts'
import { FAULT_ROUTES } from './faults.ts'
import { forkRoutes } from './forks.ts'
import type { ControlRoute, JsonObject } from './route.ts'
import { STATE_ROUTES } from './state.ts'

/** What is controlled. */
export interface Controlled {
  /** The HSMs; they may come and go. */
  readonly hsms: () => readonly ControlledHsm[]
  /** The clock of all of them. */
  readonly clock: ControlClock
  /** More members of the overview, for clients: JSON. */
  readonly about?: Readonly<Record<string, unknown>>
}

/** A control API. */
export interface Control {
  /** Handles requests below `/control`. It does not ask who sends them. */
  readonly handle: (request: Request) => Promise<Response>
  /** Has the streams of `GET /control/events` look for news: call it after each request to an HSM. */
  readonly publish: () => void
  /** Ends the streams. */
  readonly close: () => void
}

/** The path of the control API; keys are under other paths. */
const ROOT = '/control'

const MOST_BYTES = 64 * 1024

const JSON_TYPE = /^application\/json\s*(;|$)/i

/**
 * Makes the control API of HSMs: a function from `Request` to `Response`, as `createHandler` makes it for keys.
 *
 * It does what it is asked, whoever asks: a host that others can reach has to check the caller first.
 *
 * @param controlled - See {@link Controlled}.
 *
 * @example
 * ```ts
 * import { createControl, createControlledHsm } from '@pocket-hsm/rest'
 * import { createHsm } from 'pocket-hsm'
 *
 * let offset = 0
 * const clock = {
 *   now: () => 1_900_000_000_000 + offset,
 *   offset: () => offset,
 *   setOffset: (milliseconds: number) => {
 *     offset = milliseconds
 *   },
 * }
 * const hsm = createControlledHsm(createHsm({ clock: clock.now }))
 * const control = createControl({ hsms: () => [hsm], clock })
 * await control.handle(
 *   new Request('https://localhost/control/clock', {
 *     method: 'POST',
 *     headers: { 'content-type': 'application/json' },
 *     body: JSON.stringify({ advanceSeconds: 60 }),
 *   }),
 * )
 * clock.now() // 1900000060000
 * ```
 */
export function createControl({ hsms, clock, about = {} }: Controlled): Control {
  const streams = createEventStreams(clock)
  const routes: readonly ControlRoute[] = [
    { method: 'GET', path: '', run: () => overview(hsms(), clock, about) },
    { method: 'GET', path: '/events', query: ['after'], run: streams.open },
    ...CLOCK_ROUTES,
    ...FAULT_ROUTES,
    ...forkRoutes(hsms()),
    ...STATE_ROUTES,
    ...AUDIT_ROUTES,
  ]
  const respond = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    const route = findRoute(
      routes,
      request.method,
      url.pathname.replace(/\/$/, '').slice(ROOT.length),
    )
    const json = request.method === 'POST' ? await readJson(request, route.maxBodyLength) : {}
    checkMembers(json, route.members ?? [])
    const query = queryOf(url)
    checkMembers(query, route.query ?? [])
    const result = await route.run({ clock, json, query, served: () => servedIn(url, hsms()) })
    return result instanceof Response ? result : Response.json(result)
  }
  return {
    handle: async (request) => {
      try {
        const response = await respond(request)
        if (request.method !== 'GET') streams.publish()
        return response
      } catch (error) {
        return controlError(error)
      }
    },
    publish: streams.publish,
    close: streams.close,
  }
}

const CODES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'ResourceNotFound',
  501: 'NotImplemented',
}

/** The response for an error with a status and a message; throws any other. */
function controlError(error: unknown): Response {
  const { status, message } = error as Partial<ControlRefusal>
  if (status === undefined || message === undefined) throw error
  return Response.json({ error: { code: CODES[status] ?? 'BadParameter', message } }, { status })
}

function findRoute(routes: readonly ControlRoute[], method: string, path: string): ControlRoute {
  const there = routes.filter((route) => route.path === path)
  const route = there.find((each) => each.method === method)
  if (route !== undefined) return route
  if (there.length > 0) throw refuse(405, `The method ${method} is not allowed here.`)
  throw refuse(404, `There is nothing at ${ROOT}${path.slice(0, 256)}.`)
}

async function readJson(request: Request, most: number = MOST_BYTES): Promise<JsonObject> {
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) {
    throw refuse(415, 'The Content-Type must be application/json.')
  }
  const length = request.headers.get('content-length')
  if (Number(length) > most) {
    throw refuse(413, `The request body must have at most ${most} bytes.`)
  }
  const text = await request.text()
  if (text.length > most) throw refuse(413, `The request body must have at most ${most} bytes.`)
  const json = parsed(text || '{}')
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
function queryOf({ searchParams }: URL): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...searchParams].filter(([name]) => name !== 'hsm' && name !== 'api-version'),
  )
}

function servedIn(url: URL, all: readonly ControlledHsm[]): ControlledHsm {
  const asked = url.searchParams.get('hsm')?.toLowerCase()
  const names = all.map(({ name }) => name)
  const [only, ...others] = all
  if (asked === undefined && others.length > 0) {
    throw refuse(
      400,
      `The server has several HSMs: choose one with ?hsm=NAME, or --hsm NAME of the command. The names are: ${names.join(', ')}.`,
    )
  }
  const served = asked === undefined ? only : all.find(({ name }) => name.toLowerCase() === asked)
  if (served !== undefined) return served
  throw refuse(404, `There is no HSM of that name. The names are: ${names.join(', ')}.`)
}

function overview(
  all: readonly ControlledHsm[],
  clock: ControlClock,
  about: JsonObject,
): JsonObject {
  return {
    ...about,
    hsms: all.map(({ name, hosts, hsm }) => ({ name, hosts, profile: hsm().profile })),
    time: clockBody(clock)['time'],
  }
}
