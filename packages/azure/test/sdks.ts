/** The versions of the SDK, and clients of each over an HSM of its own. */

import * as newest from '@azure/keyvault-keys'
import { createFaultScript, createHandler, type FaultScript } from '@pocket-hsm/rest'
import * as twoMinorsBefore from 'keyvault-keys-4-8'
import * as minorBefore from 'keyvault-keys-4-9'
import { createHsm, type Hsm, type HsmOptions } from 'pocket-hsm'
import { createClientOptions, createCredential } from '../src/index.ts'

/** The SDK, as its newest version types it. */
export type Sdk = typeof newest

/** Version and module. */
export const SDKS: readonly (readonly [string, Sdk])[] = [
  ['4.10', newest],
  ['4.9', minorBefore as unknown as Sdk],
  ['4.8', twoMinorsBefore as unknown as Sdk],
]

export const PROFILES = ['managed-hsm', 'vault-premium'] as const

/** Every version with every personality. */
export const COMBINATIONS: readonly (readonly [string, (typeof PROFILES)[number], Sdk])[] =
  SDKS.flatMap(([version, sdk]) => PROFILES.map((profile) => [version, profile, sdk] as const))

/** A client, what it talks to, and a way to a client of cryptography. */
export interface Clients {
  readonly hsm: Hsm
  readonly client: newest.KeyClient
  readonly faults: FaultScript
  readonly cryptography: (key: string | newest.KeyVaultKey) => newest.CryptographyClient
}

export function clientsOf(
  sdk: Sdk,
  hsmOptions: HsmOptions = {},
  clientOptions: newest.KeyClientOptions = {},
): Clients {
  const hsm = createHsm(hsmOptions)
  const faults = createFaultScript()
  const options = { ...createClientOptions(createHandler(hsm, { faults })), ...clientOptions }
  const credential = createCredential()
  return {
    hsm,
    faults,
    client: new sdk.KeyClient(hsm.baseUrl, credential, options),
    cryptography: (key) => new sdk.CryptographyClient(key, credential, options),
  }
}

/** All that an iterator gives. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

export const bytes = (length: number, fill = 7): Uint8Array => new Uint8Array(length).fill(fill)

export const sha256 = async (data: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', data as Uint8Array<ArrayBuffer>))
