/** What a request of an api-version may have: the table of features, applied. */

import { badRequest, requestError } from '../wire/errors.ts'
import type { ApiFeature, ApiService } from './feature.ts'
import { API_FEATURES } from './features.ts'
import { featureOfOperation, hasFeature } from './has-feature.ts'

/** A request whose version is known. */
export interface VersionedRequest {
  readonly operation: string
  readonly apiVersion: string
  readonly service: ApiService
  /** Whether older versions lack what clients rarely miss, too. */
  readonly strict: boolean
}

/** Returns whether the version of a request has its operation. */
export function hasOperation(request: VersionedRequest): boolean {
  const feature = featureOfOperation(request.operation)
  return feature === undefined || !isLacking(feature, request)
}

/**
 * Returns a body as its api-version knows it: members that came later are left out, as the service ignores members that
 * it does not know. The body itself is not changed.
 *
 * @throws {@link HsmError} 400 - a value that came later; where it is strict, a member that came later.
 */
export function bodyOfVersion(json: unknown, request: VersionedRequest): unknown {
  const rules = RULES.get(request.operation)
  if (rules === undefined) return json
  return rules
    .filter(({ feature }) => isLacking(feature, request))
    .reduce((body, rule) => withoutMember(body, rule, request.strict), json)
}

const isLacking = (
  feature: ApiFeature,
  { apiVersion, service, strict }: VersionedRequest,
): boolean =>
  (strict || feature.isAlwaysGated === true) && !hasFeature(feature, apiVersion, service)

interface MemberRule {
  readonly feature: ApiFeature
  readonly path: readonly string[]
  /** In lower case. */
  readonly values: 'any' | readonly string[]
}

/** The rules of each operation. What the handler does not serve is unknown to it in any version. */
const RULES: ReadonlyMap<string, readonly MemberRule[]> = makeRules()

function makeRules(): ReadonlyMap<string, readonly MemberRule[]> {
  const rules = new Map<string, MemberRule[]>()
  for (const feature of API_FEATURES) {
    if (feature.isServed === false) continue
    for (const [operation, members] of Object.entries(feature.members ?? {})) {
      const of = rules.get(operation) ?? []
      rules.set(operation, of)
      for (const [path, values] of Object.entries(members)) {
        const lower = values === 'any' ? values : values.map((value) => value.toLowerCase())
        of.push({ feature, path: path.split('.'), values: lower })
      }
    }
  }
  return rules
}

function withoutMember(
  value: unknown,
  { path, values }: Omit<MemberRule, 'feature'>,
  strict: boolean,
  parent = 'body',
): unknown {
  const [name = '', ...rest] = path
  if (!isObject(value) || !Object.hasOwn(value, name)) return value
  const member = value[name]
  if (rest.length > 0) {
    const inner = withoutMember(member, { path: rest, values }, strict, name)
    return inner === member ? value : { ...value, [name]: inner }
  }
  if (values !== 'any') {
    const isLater = (each: unknown): each is string =>
      typeof each === 'string' && values.includes(each.toLowerCase())
    const later = [member].flat().find(isLater)
    if (later !== undefined) throw unknownValue(name, later)
    return value
  }
  // null counts as absent.
  if (strict && member !== null) throw badRequest(`Unknown property "${name}" in "${parent}".`)
  const { [name]: _, ...others } = value
  return others
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The service's errors for values that it does not know. */
const UNKNOWN_VALUES: Readonly<Record<string, (value: string) => Error>> = {
  kty: (value) =>
    requestError(400, 'BadParameter', `Invalid kty value: ${value}`, 'KeyTypeNotSupported'),
  key_ops: (value) => badRequest(`Unsupported key operation(s): "${value}".`),
  alg: (value) => badRequest(`Unknown algorithm: ${value}`),
}

function unknownValue(name: string, value: string): Error {
  const make = UNKNOWN_VALUES[name]
  return make?.(value) ?? badRequest(`The value of "${name}" is not known.`)
}
