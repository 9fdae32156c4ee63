/** What callers say of a key when they make or change it, read once and checked here. */

import type { KeyOperation, VersionAttributes } from '@pocket-hsm/lifecycle'
import type { ExternalKeyReference } from '../external-keys/external-key-manager.ts'
import { badParameter, printable } from '../hsm-error.ts'
import { serviceError } from '../service/error-texts.ts'
import {
  EXTERNAL_KEY_OPS,
  KEY_KINDS,
  type KeyType,
  kindOf,
  type Profile,
  SECURE_OPS,
} from '../service/profiles.ts'
import type { ReleasePolicyInput } from './release-policy.ts'

/**
 * The attributes that a caller may set. Instants are whole Unix seconds, at most 253402300799: 9999-12-31T23:59:59Z.
 * Anything later is an instant in milliseconds and is refused.
 */
export interface KeyAttributesInput {
  /** `false` refuses every cryptographic operation. */
  readonly enabled?: boolean | undefined
  /** Not before: usable from this instant on. */
  readonly nbf?: number | undefined
  /** Expiry: usable before this instant; must be later than `nbf`. */
  readonly exp?: number | undefined
  /** Whether the key may be released: only with a release policy. */
  readonly exportable?: boolean | undefined
  /** The external key of the version: as it is, when an external key is updated. Only {@link createExternalKey} sets it. */
  readonly external_key?: ExternalKeyReference | undefined
}

/** What any new key version takes. */
export interface NewKeyParameters {
  /** What the key may do. Defaults to the operations of its type, also if the list is empty. */
  readonly keyOps?: readonly KeyOperation[] | undefined
  readonly attributes?: KeyAttributesInput | undefined
  /** At most 15, names and values of up to 256 characters. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The conditions for releasing an exportable key: required with `attributes.exportable`, an error without. */
  readonly releasePolicy?: ReleasePolicyInput | undefined
}

/** 9999-12-31T23:59:59Z in Unix seconds. In milliseconds it is an instant in 1978. */
export const LAST_INSTANT = 253_402_300_799

const MOST_TAGS = 15
const LONGEST_TAG = 256

/** The type that the profile makes of the one asked for. */
export function parseKeyType(profile: Profile, kty: string): KeyType {
  if (typeof kty !== 'string' || kty === '')
    throw serviceError('invalidProperty', profile.family, {})
  const asked = kty.toLowerCase()
  const made = Object.hasOwn(profile.keyTypes, asked) ? profile.keyTypes[asked] : undefined
  if (made !== undefined) return made
  const needsHardware = profile.hardwareKeyTypes.includes(asked)
  const rule = needsHardware ? 'hardwareKeyNotAllowed' : 'keyTypeNotSupported'
  throw serviceError(rule, profile.family, { kty })
}

/** Reads the permitted operations of a new key: never empty. */
export function parseNewKeyOps(
  keyOps: readonly KeyOperation[] | undefined,
  kty: KeyType,
  profile: Profile,
): readonly KeyOperation[] {
  if (keyOps === undefined || keyOps === null) return KEY_KINDS[kindOf(kty)].defaultKeyOps
  const parsed = parseKeyOps(keyOps, kty, profile)
  return parsed.length === 0 ? KEY_KINDS[kindOf(kty)].defaultKeyOps : parsed
}

/** Reads a list of operations: each is listed once and one that the type can do; `import` must be the only one. */
export function parseKeyOps(
  keyOps: readonly KeyOperation[],
  kty: KeyType,
  profile: Profile,
): readonly KeyOperation[] {
  if (!Array.isArray(keyOps)) throw badParameter('key_ops must be a list of operations.')
  const { allowedKeyOps, defaultKeyOps } = KEY_KINDS[kindOf(kty)]
  const isAllowed = (operation: KeyOperation) =>
    allowedKeyOps.includes(operation) && (profile.secureWrap || !SECURE_OPS.includes(operation))
  const unsupported = keyOps.filter((operation) => !isAllowed(operation))
  if (unsupported.length > 0) {
    const facts = { operations: quoted(unsupported), supported: quoted(defaultKeyOps) }
    throw serviceError('keyOperationsNotSupported', profile.family, facts)
  }
  if (keyOps.includes('import') && (keyOps.length > 1 || kty !== 'RSA-HSM')) {
    throw badParameter('The operation import must stand alone, on a key of type RSA-HSM.')
  }
  return [...new Set(keyOps)]
}

/** Reads the permitted operations of an external key: never empty. */
export function parseExternalKeyOps(
  keyOps: readonly KeyOperation[] | undefined,
): readonly KeyOperation[] {
  const asked = keyOps ?? []
  if (!Array.isArray(asked)) throw badParameter('key_ops must be a list of operations.')
  const unsupported = asked.filter((operation) => !EXTERNAL_KEY_OPS.includes(operation))
  if (unsupported.length > 0) {
    const facts = { operations: quoted(unsupported), supported: quoted(EXTERNAL_KEY_OPS) }
    throw serviceError('keyOperationsNotSupported', 'managed-hsm', facts)
  }
  return asked.length === 0 ? EXTERNAL_KEY_OPS : [...new Set(asked)]
}

const quoted = (operations: readonly unknown[]): string =>
  operations.map((operation) => `"${printable(operation)}"`).join(', ')

/** Reads attributes: read-only ones are ignored, as the service does. */
export function parseAttributes(
  attributes: KeyAttributesInput | undefined,
): Partial<Pick<VersionAttributes, 'enabled' | 'nbf' | 'exp' | 'exportable'>> {
  if (attributes === undefined || attributes === null) return {}
  if (typeof attributes !== 'object') throw badParameter('attributes must be an object.')
  const { enabled, nbf, exp, exportable } = attributes
  return {
    ...given('enabled', enabled, 'boolean'),
    ...given('nbf', checkInstant('nbf', nbf), 'number'),
    ...given('exp', checkInstant('exp', exp), 'number'),
    ...given('exportable', exportable, 'boolean'),
  }
}

/** Refuses attributes that name an external key, for a key that the HSM is to hold. */
export function checkNotExternal(attributes: KeyAttributesInput | undefined): void {
  if ((attributes?.external_key ?? undefined) === undefined) return
  throw badParameter('attributes.external_key: an external key is created with createExternalKey.')
}

/** The window of a version must not be empty. */
export function checkWindow({ nbf, exp }: { readonly nbf?: number; readonly exp?: number }): void {
  if (nbf !== undefined && exp !== undefined && exp <= nbf) {
    throw badParameter('The attribute exp must be later than nbf.')
  }
}

/** Reads tags: a copy, so that the caller's object is never kept. */
export function parseTags(
  tags: Readonly<Record<string, string>> | undefined,
  { family }: Profile,
): Readonly<Record<string, string>> | undefined {
  if (tags === undefined || tags === null) return undefined
  if (typeof tags !== 'object' || Array.isArray(tags)) throw badParameter('tags must be an object.')
  const entries = Object.entries(tags)
  for (const [name, value] of entries) {
    if (typeof value !== 'string') throw badParameter(`The value of tag ${name} must be a string.`)
  }
  const isTooLong = ([name, value]: readonly [string, string]) =>
    name.length > LONGEST_TAG || value.length > LONGEST_TAG
  if (entries.length > MOST_TAGS || entries.some(isTooLong)) {
    throw serviceError('invalidProperty', family, {})
  }
  return Object.freeze(Object.fromEntries(entries))
}

function checkInstant(name: string, instant: number | undefined): number | undefined {
  if (instant === undefined || instant === null) return undefined
  if (!Number.isSafeInteger(instant) || instant < 0) {
    throw badParameter(`The attribute ${name} must be a whole number of Unix seconds.`)
  }
  if (instant <= LAST_INSTANT) return instant
  throw badParameter(
    `The attribute ${name} must be in Unix seconds, not milliseconds: at most ${LAST_INSTANT}, not ${instant}.`,
  )
}

/** Returns the member under its name if it was given; `null` counts as absent, as on the wire. */
function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
  type: 'boolean' | 'number',
): { readonly [name in Name]?: Value } {
  if (value === undefined || value === null) return {}
  if (typeof value !== type) throw badParameter(`The attribute ${name} must be a ${type}.`)
  return { [name]: value } as { readonly [name in Name]?: Value }
}
