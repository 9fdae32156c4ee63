/** Events in the shape in which Event Grid delivers those of a vault. */

import type { Secret } from '@pocket-hsm/crypto'
import { toIsoInstant } from '@pocket-hsm/lifecycle'
import { containerName } from '../keys/key-reference.ts'
import { newGuid } from '../random/guid.ts'
import { pooledRandom } from '../random/random-pool.ts'
import { seededStream } from '../random/seeded-stream.ts'
import type { Profile, ServiceFamily } from '../service/profiles.ts'
import { nameKey } from '../state/hsm-state.ts'
import type { KeyChange, KeyChangeType } from './key-change.ts'

/** The notions of the service. */
export type HsmEventType =
  | 'Microsoft.KeyVault.KeyNewVersionCreated'
  | 'Microsoft.KeyVault.KeyNearExpiry'
  | 'Microsoft.KeyVault.KeyExpired'

/** What an event is about. */
export interface HsmEventData {
  /** The identifier of the version, under the address of the handle that listens. */
  readonly Id: string
  readonly VaultName: string
  readonly ObjectType: 'Key'
  readonly ObjectName: string
  readonly Version: string
  /** Unix seconds; `null` for a version without one. */
  readonly NBF: number | null
  /** Unix seconds; `null` for a version without one. */
  readonly EXP: number | null
}

/** One event. */
export interface HsmEvent {
  /** A GUID, the same for all listeners. */
  readonly id: string
  /** The resource that it comes from: a path with a subscription of zeros. */
  readonly topic: string
  /** The name of the key. */
  readonly subject: string
  readonly eventType: HsmEventType
  /** When it fell due, in UTC: `2030-01-01T00:00:00.000Z`. */
  readonly eventTime: string
  readonly data: HsmEventData
  readonly dataVersion: '1'
  readonly metadataVersion: '1'
}

/** Where events come from: a handle of an HSM. */
export interface EventSource {
  readonly baseUrl: string
  readonly profile: Profile
}

/** The event of each kind of change; a purge has none. */
export const EVENT_TYPES: Readonly<Partial<Record<KeyChangeType, HsmEventType>>> = {
  newVersion: 'Microsoft.KeyVault.KeyNewVersionCreated',
  nearExpiry: 'Microsoft.KeyVault.KeyNearExpiry',
  expired: 'Microsoft.KeyVault.KeyExpired',
}

const COLLECTIONS: Readonly<Record<ServiceFamily, string>> = {
  vault: 'vaults',
  'managed-hsm': 'managedHSMs',
}

const RESOURCES =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/pocket-hsm/providers/Microsoft.KeyVault'

/** Makes the event of something that happened, under the address of one handle. */
export function toEvent(
  { baseUrl, profile }: EventSource,
  { name, version = '', attributes, at }: KeyChange,
  eventType: HsmEventType,
  id: string,
): HsmEvent {
  const vault = containerName(baseUrl)
  return {
    id,
    topic: `${RESOURCES}/${COLLECTIONS[profile.family]}/${vault}`,
    subject: name,
    eventType,
    eventTime: toIsoInstant(at * 1000),
    data: {
      Id: `${baseUrl}/keys/${name}/${version}`,
      VaultName: vault,
      ObjectType: 'Key',
      ObjectName: name,
      Version: version,
      NBF: attributes.nbf ?? null,
      EXP: attributes.exp ?? null,
    },
    dataVersion: '1',
    metadataVersion: '1',
  }
}

/** The identifier of an event: under a seed, the same for the same event of the same version. */
export function eventId(seed: Secret<Uint8Array> | undefined, change: KeyChange): string {
  const { type, name, incarnation, version = '', attributes, at } = change
  if (seed === undefined) return newGuid(pooledRandom)
  const labels = [nameKey(name), incarnation, version, attributes.exp ?? 0, at]
  return newGuid(seededStream(seed, 'event', type, ...labels))
}
