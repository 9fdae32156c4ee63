/** The records of Azure Monitor's category AuditEvent. */

import type { ProfileName } from 'pocket-hsm'

/** What the records of both services have. */
export interface CommonAuditEvent {
  /** In UTC: `2026-11-28T19:52:39.763Z`. */
  readonly time: string
  /** The resource id, in upper case. */
  readonly resourceId: string
  readonly operationName: string
  /** The api-version of the request. */
  readonly operationVersion: string
  readonly category: 'AuditEvent'
  readonly resultType: 'Success' | 'Failure'
  readonly callerIpAddress: string
  readonly correlationId: string
}

/**
 * A record as the diagnostic settings of a Managed HSM deliver it.
 *
 * @see Managed HSM logging, "Access your logs"
 */
export interface ManagedHsmAuditEvent extends CommonAuditEvent {
  readonly TenantId: string
  readonly properties: {
    readonly PoolType: 'M-HSM'
    readonly sku_Family: 'B'
    readonly sku_Name: 'Standard_B1'
  }
  readonly durationMs: number
  /** JSON: `claim` has `appid`, and object id and name of the user under names of their own. */
  readonly identity: string
  /** The `User-Agent`. */
  readonly clientInfo: string
  readonly subnetId: '(unknown)'
  readonly httpStatusCode: number
  /** Of a request to an external key manager: the status of its answer. */
  readonly resultDescription?: string
  readonly PoolName: string
  readonly requestUri: string
  readonly resourceGroup: string
  readonly resourceProvider: 'MICROSOFT.KEYVAULT'
  readonly resource: string
  readonly resourceType: 'managedHSMs'
}

/**
 * A record as the diagnostic settings of a vault deliver it.
 *
 * @see Azure Key Vault logging, "Interpret your Key Vault logs"
 */
export interface VaultAuditEvent extends CommonAuditEvent {
  /** The reason phrase of the status. */
  readonly resultSignature: string
  readonly resultDescription: string
  /** A number as text. */
  readonly durationMs: string
  readonly identity: { readonly claim: Readonly<Record<string, string>> }
  readonly properties: {
    readonly clientInfo: string
    readonly requestUri: string
    readonly id: string
    readonly httpStatusCode: number
  }
}

/** A record of either service; `'PoolName' in event` says which. */
export type AuditEvent = ManagedHsmAuditEvent | VaultAuditEvent

/** What a record names that no request has. */
export interface AuditResource {
  /** A GUID. Defaults to the caller's tenant, and to zeros for a caller without one. */
  readonly tenantId?: string
  /** A GUID. Defaults to the one of the management plane. */
  readonly subscriptionId?: string
  /** Defaults to `pocket`. */
  readonly resourceGroup?: string
  /** The name of the HSM or vault. Defaults to the first label of its host. */
  readonly name?: string
  /**
   * The service and address of the HSM, for the entries of `readAudit`, which do not name it. Defaults to those of an HSM
   * without options.
   */
  readonly hsm?: { readonly profile: ProfileName; readonly baseUrl: string }
}
