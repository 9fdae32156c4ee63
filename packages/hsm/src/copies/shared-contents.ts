/**
 * The contents of handles, where every copy of pocket-hsm in the process finds them: the ECMAScript and the CommonJS
 * modules, and copies from several folders.
 */

import { badParameter, type HsmError } from '../hsm-error.ts'
import { type Copy, THIS_COPY } from './this-copy.ts'

/** What copies of one state format share for one kind of handle. The shape is the same in every release. */
interface SharedContents {
  readonly kind: string
  readonly format: number
  /** The versions of the copies that use it. */
  readonly versions: Set<string>
  /** A function, so that whatever prints the global object prints no contents. */
  readonly contents: () => WeakMap<object, unknown>
}

const SHARED = Symbol.for('pocket-hsm')

/**
 * Returns the map from handles of a kind to their contents that all copies with the same state format use.
 *
 * @param kind - The kind of handle, in words: `HSM`, `RSA pool`.
 */
export function sharedContents<Handle extends object, Contents>(
  kind: string,
  { version, format }: Copy = THIS_COPY,
): WeakMap<Handle, Contents> {
  const all = listShared()
  const known = all.find((shared) => shared.kind === kind && shared.format === format)
  const shared = known ?? newShared(kind, format)
  if (known === undefined) all.push(shared)
  shared.versions.add(version)
  return shared.contents() as WeakMap<Handle, Contents>
}

/**
 * The error for a handle that this copy has no contents of.
 *
 * @param kind - The kind of handle.
 * @param handle - What was given.
 * @param message - What to say unless a copy with another state format made the handle.
 */
export function unknownHandle(
  kind: string,
  handle: unknown,
  message: string,
  { version, format }: Copy = THIS_COPY,
): HsmError {
  const maker = listShared().find(
    (shared) => shared.kind === kind && shared.contents().has(handle as object),
  )
  if (maker === undefined) return badParameter(message)
  return badParameter(
    `This ${kind} was made by pocket-hsm ${[...maker.versions].join(' or ')} (state format ${maker.format}), ` +
      `which pocket-hsm ${version} (state format ${format}) cannot use. Install one version of pocket-hsm: ` +
      '`npm ls pocket-hsm` lists those that are installed, and which packages brought them.',
  )
}

function newShared(kind: string, format: number): SharedContents {
  const contents = new WeakMap()
  return { kind, format, versions: new Set(), contents: () => contents }
}

function listShared(): SharedContents[] {
  const host = globalThis as { readonly [SHARED]?: SharedContents[] }
  if (host[SHARED] === undefined) Reflect.defineProperty(globalThis, SHARED, { value: ownList })
  return host[SHARED] ?? ownList
}

/** The list of the first copy is everybody's; where globalThis is frozen, each copy has its own. */
const ownList: SharedContents[] = []
