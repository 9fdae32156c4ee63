/** Keys as az prints them: its names, base64 instead of base64url, `null` for absent members. */

import { wireToBase64, wireToText } from './bytes.ts'
import type { Column } from './table.ts'

/** The attributes of a key, on the wire and as they are printed. */
interface Attributes {
  readonly enabled?: boolean
  readonly nbf?: number
  readonly exp?: number
  readonly created?: number
}

/** A key in a response of the service. */
export interface WireKey {
  readonly key?: Readonly<Record<string, unknown>>
  readonly kid?: string
  readonly attributes: Attributes & { readonly attestation?: WireAttestation }
  readonly tags?: Readonly<Record<string, string>>
  readonly managed?: boolean
  readonly release_policy?: {
    readonly contentType?: string
    readonly data?: string
    readonly immutable?: boolean
  }
  readonly deletedDate?: number
  readonly scheduledPurgeDate?: number
  readonly recoveryId?: string
}

/** The attestation of a key. */
export type WireAttestation = Readonly<Record<string, string>>

/** A key or an item of a list, as it is printed. */
interface PrintedKey {
  readonly key?: Readonly<Record<string, unknown>>
  readonly kid?: string
  readonly name?: string | null
  readonly attributes: Attributes
  readonly deletedDate?: string | null
  readonly scheduledPurgeDate?: string | null
}

/** The members of a JWK that are bytes. */
const BYTES = ['d', 'dp', 'dq', 'e', 'k', 'n', 'p', 'q', 'qi', 't', 'x', 'y']

/** A key. */
export function keyOutput(bundle: WireKey): PrintedKey {
  return { ...common(bundle), key: jwkOutput(bundle.key ?? {}), ...deletion(bundle) }
}

/** An item of a list: it has the name of a key, and no JWK. */
export function itemOutput(item: WireKey): PrintedKey {
  const kid = item.kid ?? ''
  return { ...common(item), kid, name: nameOf(kid) ?? null, ...deletion(item) }
}

function common({ attributes, tags, managed, release_policy: policy }: WireKey) {
  const { attestation, ...others } = attributes
  return {
    attributes: others,
    managed: managed ?? null,
    tags: tags ?? null,
    releasePolicy:
      policy === undefined
        ? null
        : {
            contentType: policy.contentType ?? null,
            encodedPolicy: policy.data === undefined ? null : wireToText(policy.data),
            immutable: policy.immutable ?? null,
          },
  }
}

function jwkOutput({
  kid,
  kty,
  crv,
  alg,
  key_ops: keyOps,
  ...bytes
}: Readonly<Record<string, unknown>>) {
  const members = BYTES.map((name) => {
    const value = bytes[name]
    return [name, typeof value === 'string' ? wireToBase64(value) : null]
  })
  return {
    ...Object.fromEntries(members),
    kid,
    kty,
    crv: crv ?? null,
    keyOps: keyOps ?? null,
    ...mlDsaOutput(alg, bytes['pub']),
  }
}

/** The members of an ML-DSA key, which no version of az prints. */
function mlDsaOutput(alg: unknown, pub: unknown) {
  return typeof pub === 'string' ? { alg, pub: wireToBase64(pub) } : {}
}

function deletion({ recoveryId, deletedDate, scheduledPurgeDate }: WireKey) {
  if (recoveryId === undefined) return {}
  return {
    recoveryId,
    deletedDate: dateOutput(deletedDate),
    scheduledPurgeDate: dateOutput(scheduledPurgeDate),
  }
}

/** An instant as az prints it. */
export function dateOutput(seconds: number | undefined): string | null {
  if (seconds === undefined) return null
  return new Date(seconds * 1000).toISOString().replace('.000Z', '+00:00')
}

const kidOf = ({ key, kid }: PrintedKey): string => String(key?.['kid'] ?? kid ?? '')

const nameOf = (kid: string): string | undefined => kid.split('/')[4]

const NAME: Column = ['Name', (thing: PrintedKey) => nameOf(kidOf(thing))]
const ENABLED: Column = ['Enabled', ({ attributes }: PrintedKey) => attributes.enabled]
const CREATED: Column = ['Created', ({ attributes }: PrintedKey) => dateOutput(attributes.created)]
const EXPIRES: Column = ['Expires', ({ attributes }: PrintedKey) => dateOutput(attributes.exp)]
const KID: Column = ['Kid', kidOf]

/** The columns of tables of keys, of items, and of deleted keys. */
export const KEY_COLUMNS: readonly Column[] = [
  NAME,
  ['Kty', ({ key }: PrintedKey) => key?.['kty']],
  ['KeyOps', ({ key }: PrintedKey) => (key?.['keyOps'] as readonly string[] | null)?.join(' ')],
  ENABLED,
  EXPIRES,
  KID,
]
export const ITEM_COLUMNS: readonly Column[] = [NAME, ENABLED, CREATED, EXPIRES, KID]
export const DELETED_COLUMNS: readonly Column[] = [
  NAME,
  ['DeletedDate', ({ deletedDate }: PrintedKey) => deletedDate],
  ['ScheduledPurgeDate', ({ scheduledPurgeDate }: PrintedKey) => scheduledPurgeDate],
  KID,
]
