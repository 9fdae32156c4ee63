/** What an HSM stores of its external key manager: the connection and the private endpoints. */

import { fromBase64url, toBase64url } from '@pocket-hsm/crypto'
import { type AdministrationMember, administrationMember } from '../state/administration.ts'
import type { EkmConnection } from './external-key-manager.ts'

/** A private endpoint, as it is stored. Instants are Unix seconds. */
export interface StoredPrivateEndpoint {
  readonly name: string
  readonly privateLinkServiceId: string
  /** When it is ready. */
  readonly readyAt: number
  /** When it will be gone; absent unless it is being deleted. */
  readonly goneAt?: number
}

/** The creation or the deletion of a private endpoint. Instants are Unix seconds. */
export interface StoredEndpointOperation {
  readonly id: string
  readonly name: string
  readonly type: 'Create' | 'Delete'
  readonly startTime: number
  readonly endTime: number
}

/** Everything. */
export interface EkmState {
  readonly connection?: EkmConnection
  readonly endpoints: readonly StoredPrivateEndpoint[]
  /** The latest, oldest first. */
  readonly operations: readonly StoredEndpointOperation[]
}

interface EkmJson extends Omit<EkmState, 'connection'> {
  readonly connection?: Omit<EkmConnection, 'serverCaCertificates'> & {
    readonly serverCaCertificates: readonly string[]
  }
}

/** The member of the administration state. A full backup does not have it: it is about where the HSM is, not about its keys. */
export const EKM: AdministrationMember<EkmState> = administrationMember<EkmState, EkmJson>({
  name: 'ekm',
  initial: { endpoints: [], operations: [] },
  staysWithHsm: true,
  serialize: ({ connection, ...rest }) => ({
    ...rest,
    ...(connection && {
      connection: {
        ...connection,
        serverCaCertificates: connection.serverCaCertificates.map(toBase64url),
      },
    }),
  }),
  parse: ({ connection, ...rest }) => ({
    ...rest,
    ...(connection && {
      connection: {
        ...connection,
        serverCaCertificates: connection.serverCaCertificates.map((each) => fromBase64url(each)),
      },
    }),
  }),
})
