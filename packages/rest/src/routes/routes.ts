/** The routes as data, and the one that matches a request. */

/** The operations of the REST API, by the names of the engine's functions. */
export type OperationName =
  | 'createKey'
  | 'importKey'
  | 'getKey'
  | 'updateKey'
  | 'deleteKey'
  | 'listKeys'
  | 'listKeyVersions'
  | 'listDeletedKeys'
  | 'getDeletedKey'
  | 'purgeDeletedKey'
  | 'recoverDeletedKey'
  | 'backupKey'
  | 'restoreKey'
  | 'rotateKey'
  | 'getRotationPolicy'
  | 'updateRotationPolicy'
  | 'encrypt'
  | 'decrypt'
  | 'sign'
  | 'verify'
  | 'wrapKey'
  | 'unwrapKey'
  | 'getRandomBytes'
  | 'releaseKey'
  | 'getKeyAttestation'

/** One route. */
export interface Route {
  readonly method: string
  /** `{name}` and `{version}` are one segment each; the part in brackets may be absent. */
  readonly path: string
  readonly operation: OperationName
  /** `none`: a body is ignored. `empty`: no body, `null` or an object. */
  readonly body: 'none' | 'empty' | 'object'
  /** The most bytes of the body, if fewer than the handler's limit. */
  readonly maxBodyLength?: number
  /** The first api-version that has the route, if that is not the first of all. */
  readonly since?: string
}

/** The match of a method and a path. */
export interface RouteMatch {
  /** Absent if no route has this path and method. */
  readonly route?: Route
  /** The methods of the path, if it does not have this one. */
  readonly allowed: readonly string[]
  /** As in the path, not decoded. */
  readonly name?: string
  readonly version?: string
}

/**
 * The most bytes of a cryptographic operation's body: the service encrypts a block, not a file, and an operation of
 * megabytes would keep every other request waiting.
 */
const CRYPTOGRAPHIC = 256 * 1024

const ROUTES: readonly Route[] = [
  { method: 'POST', path: 'keys/{name}/create', operation: 'createKey', body: 'object' },
  { method: 'POST', path: 'keys/restore', operation: 'restoreKey', body: 'object' },
  // The .NET client's spelling.
  { method: 'POST', path: 'keys//restore', operation: 'restoreKey', body: 'object' },
  { method: 'POST', path: 'keys/{name}/backup', operation: 'backupKey', body: 'empty' },
  {
    method: 'POST',
    path: 'keys/{name}/rotate',
    operation: 'rotateKey',
    body: 'empty',
    since: '7.3-preview',
  },
  {
    method: 'GET',
    path: 'keys/{name}/rotationpolicy',
    operation: 'getRotationPolicy',
    body: 'none',
    since: '7.3-preview',
  },
  {
    method: 'PUT',
    path: 'keys/{name}/rotationpolicy',
    operation: 'updateRotationPolicy',
    body: 'object',
    since: '7.3-preview',
  },
  { method: 'GET', path: 'keys/{name}/versions', operation: 'listKeyVersions', body: 'none' },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/encrypt',
    operation: 'encrypt',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/decrypt',
    operation: 'decrypt',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/sign',
    operation: 'sign',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/verify',
    operation: 'verify',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/wrapkey',
    operation: 'wrapKey',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/unwrapkey',
    operation: 'unwrapKey',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
  },
  {
    method: 'POST',
    path: 'keys/{name}[/{version}]/release',
    operation: 'releaseKey',
    body: 'object',
    since: '7.3-preview',
  },
  {
    method: 'GET',
    path: 'keys/{name}[/{version}]/attestation',
    operation: 'getKeyAttestation',
    body: 'none',
    since: '7.6-preview.2',
  },
  { method: 'GET', path: 'keys', operation: 'listKeys', body: 'none' },
  { method: 'PUT', path: 'keys/{name}', operation: 'importKey', body: 'object' },
  { method: 'DELETE', path: 'keys/{name}', operation: 'deleteKey', body: 'none' },
  { method: 'GET', path: 'keys/{name}[/{version}]', operation: 'getKey', body: 'none' },
  { method: 'PATCH', path: 'keys/{name}[/{version}]', operation: 'updateKey', body: 'object' },
  { method: 'GET', path: 'deletedkeys', operation: 'listDeletedKeys', body: 'none' },
  { method: 'GET', path: 'deletedkeys/{name}', operation: 'getDeletedKey', body: 'none' },
  { method: 'DELETE', path: 'deletedkeys/{name}', operation: 'purgeDeletedKey', body: 'none' },
  {
    method: 'POST',
    path: 'deletedkeys/{name}/recover',
    operation: 'recoverDeletedKey',
    body: 'empty',
  },
  {
    method: 'POST',
    path: 'rng',
    operation: 'getRandomBytes',
    body: 'object',
    maxBodyLength: CRYPTOGRAPHIC,
    since: '7.3-preview',
  },
]

/**
 * The operations of the REST API.
 *
 * @returns Each name once, in the order of the routes.
 *
 * @example
 * ```ts
 * import { OPERATION_NAMES } from '@pocket-hsm/rest'
 *
 * OPERATION_NAMES.includes('rotateKey') // true
 * ```
 */
export const OPERATION_NAMES: readonly OperationName[] = [
  ...new Set(ROUTES.map(({ operation }) => operation)),
]

/** Paths are compared without regard to case; an empty version segment is no version. */
const PATTERNS: readonly (readonly [RegExp, Route])[] = ROUTES.map((route) => [
  new RegExp(
    `^${route.path
      .replace('[/{version}]', '(?:/(?<version>[^/]*))?')
      .replace('{name}', '(?<name>[^/]*)')}$`,
    'i',
  ),
  route,
])

/**
 * Finds the route of a path. Leading slashes and one at the end are ignored: clients write them if their base URL ends
 * in one, and if a version is empty.
 */
export function matchRoute(method: string, pathname: string): RouteMatch {
  const path = trimSlashes(pathname)
  const allowed: string[] = []
  for (const [pattern, route] of PATTERNS) {
    const groups = pattern.exec(path)
    if (groups === null) continue
    if (route.method === method) return { route, allowed: [], ...segmentsOf(groups) }
    allowed.push(route.method)
  }
  return { allowed }
}

/** Returns a path without leading slashes and without one at its end. */
export function trimSlashes(pathname: string): string {
  return pathname.replace(/^\/+/, '').replace(/\/$/, '')
}

function segmentsOf({ groups = {} }: RegExpExecArray): Pick<RouteMatch, 'name' | 'version'> {
  const { name, version } = groups
  return { ...(name !== undefined && { name }), ...(version && { version }) }
}
