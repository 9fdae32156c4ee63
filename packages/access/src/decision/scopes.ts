/** Scopes: `/` for the whole HSM, `/keys` for all keys, `/keys/{name}` for one. */

const SCOPE = /^\/(?:keys(?:\/[0-9a-z-]{1,127})?)?$/i

/**
 * Parses a scope as clients write it: any number of slashes between its segments, none at the start, or nothing at all
 * for the whole HSM.
 *
 * @returns The scope with one slash before each segment, the name of a key as it was spelled; `undefined` if it is none.
 *
 * @example
 * ```ts
 * import { parseScope } from '@pocket-hsm/access'
 *
 * parseScope('') // '/'
 * parseScope('//keys//orders/') // '/keys/orders'
 * parseScope('/secrets') // undefined
 * ```
 */
export function parseScope(text: string): string | undefined {
  const segments = text.split('/').filter((segment) => segment !== '')
  const scope = `/${segments.join('/')}`
  if (!SCOPE.test(scope)) return undefined
  const [, name] = segments
  if (segments.length === 0) return '/'
  return name === undefined ? '/keys' : `/keys/${name}`
}

/**
 * Returns a scope and every scope above it, the whole HSM first.
 *
 * @param scope - As {@link parseScope} returns it.
 *
 * @example
 * ```ts
 * import { scopesCovering } from '@pocket-hsm/access'
 *
 * scopesCovering('/keys/orders') // ['/', '/keys', '/keys/orders']
 * ```
 */
export function scopesCovering(scope: string): readonly string[] {
  if (scope === '/') return ['/']
  return scope === '/keys' ? ['/', '/keys'] : ['/', '/keys', scope]
}

/**
 * Returns whether a role assigned at one scope is valid at another. Names of keys are compared without regard to case.
 *
 * @example
 * ```ts
 * import { scopeCovers } from '@pocket-hsm/access'
 *
 * scopeCovers('/keys', '/keys/orders') // true
 * scopeCovers('/keys/orders', '/keys') // false
 * ```
 */
export function scopeCovers(assigned: string, scope: string): boolean {
  const wanted = assigned.toLowerCase()
  return scopesCovering(scope).some((each) => each.toLowerCase() === wanted)
}
