/** The routes as data, and which of them a request means. */

/** The operations of the REST API, by the names that the facade gives them. */
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
  /** `{name}` and `{version}` stand for one segment each, what is between brackets may be absent. */
  readonly path: string
  readonly operation: OperationName
  /** `none`: a body is not looked at. `empty`: nothing, `null` or an object. */
  readonly body: 'none' | 'empty' | 'object'
  /** The most bytes of the body, if fewer than those that the handler allows for every route. */
  readonly maxBodyLength?: number
  /** The first api-version that has it, where that is not the first of all. */
  readonly since?: string
}

/** What a path means. */
export interface RouteMatch {
  /** Absent where no route has this path and method. */
  readonly route?: Route
  /** The methods that the path has, where it has not this one. */
  readonly allowed: readonly string[]
  /** As in the path: not yet decoded. */
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
 * Finds the route of a path. Slashes before it and one behind it do not count: clients write them where their base
 * URL ends in one, and where a version is empty.
 */
export function matchRoute(method: string, pathname: string): RouteMatch {
  const path = pathname.replace(/^\/+/, '').replace(/\/$/, '')
  const allowed: string[] = []
  for (const [pattern, route] of PATTERNS) {
    const groups = pattern.exec(path)
    if (groups === null) continue
    if (route.method === method) return { route, allowed: [], ...named(groups) }
    allowed.push(route.method)
  }
  return { allowed }
}

function named({ groups = {} }: RegExpExecArray): Pick<RouteMatch, 'name' | 'version'> {
  const { name, version } = groups
  return { ...(name !== undefined && { name }), ...(version && { version }) }
}
