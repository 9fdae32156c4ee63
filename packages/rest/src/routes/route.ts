/** One route of the REST API, as data. */

/** A route. `Operation` is the name of the function of the engine that it calls. */
export interface Route<Operation extends string = string> {
  readonly method: string
  /**
   * `{name}`, `{version}` and `{id}` are one segment each; a part in brackets may be absent. `{scope}/` at the start is
   * anything, several segments or nothing.
   */
  readonly path: string
  readonly operation: Operation
  /** `none`: a body is ignored. `empty`: no body, `null` or an object. */
  readonly body: 'none' | 'empty' | 'object'
  /** The most bytes of the body, if fewer than the handler's limit. */
  readonly maxBodyLength?: number
  /** The status of success; 200 by default, or 204 without a body. */
  readonly status?: number
  /** Whether a request without a token is answered too, and by nobody's rights: for polling a job by its identifier. */
  readonly needsNoToken?: boolean
}

/** The match of a method and a path. */
export interface RouteMatch<Operation extends string = string> {
  /** Absent if no route has this path and method. */
  readonly route?: Route<Operation>
  /** The methods of the path, if it does not have this one. */
  readonly allowed: readonly string[]
  /** As in the path, not decoded. */
  readonly name?: string
  readonly version?: string
  /** The other parameters of the path: `scope`, `id`. Not decoded. */
  readonly segments: Readonly<Record<string, string>>
}

/** Finds the route of a method and a path. */
export type RouteFinder<Operation extends string> = (
  method: string,
  pathname: string,
) => RouteMatch<Operation>

/**
 * Makes a finder: the first path that matches is taken, with all its methods. Paths are compared without regard to case;
 * leading slashes and one at the end are ignored, as clients write them if their base URL ends in one, and if a version
 * is empty.
 */
export function routeFinder<Operation extends string>(
  routes: readonly Route<Operation>[],
): RouteFinder<Operation> {
  const paths = [...new Set(routes.map(({ path }) => path))].map((path) => ({
    pattern: patternOf(path),
    methods: new Map(
      routes.filter((route) => route.path === path).map((route) => [route.method, route]),
    ),
  }))
  return (method, pathname) => {
    const trimmed = trimSlashes(pathname)
    const allowed: string[] = []
    for (const { pattern, methods } of paths) {
      const groups = pattern.exec(trimmed)
      if (groups === null) continue
      const route = methods.get(method)
      if (route !== undefined) return { route, allowed: [], ...parametersOf(groups) }
      allowed.push(...methods.keys())
    }
    return { allowed, segments: {} }
  }
}

/** Returns a path without leading slashes and without one at its end. */
export function trimSlashes(pathname: string): string {
  return pathname.replace(/^\/+/, '').replace(/\/$/, '')
}

function patternOf(path: string): RegExp {
  const pattern = path
    .replaceAll('.', '\\.')
    .replace('{scope}/', '(?:(?<scope>.*)/)?')
    .replace(/\[\/\{(\w+)\}\]/, '(?:/(?<$1>[^/]*))?')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]*)')
  return new RegExp(`^${pattern}$`, 'i')
}

/** An empty version segment is no version. */
function parametersOf({
  groups = {},
}: RegExpExecArray): Pick<RouteMatch, 'name' | 'version' | 'segments'> {
  const { name, version, ...others } = groups
  const present = Object.entries(others).filter(([, value]) => value !== undefined)
  return {
    ...(name !== undefined && { name }),
    ...(version && { version }),
    segments: Object.fromEntries(present),
  }
}
