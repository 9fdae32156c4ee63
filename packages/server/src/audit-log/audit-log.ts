/** The audit log of a server: each request to an HSM, as Azure Monitor would deliver it. */

import { AsyncLocalStorage } from 'node:async_hooks'
import { type AuditEntry, formatAuditEvents } from '@pocket-hsm/rest'
import { escapeControls } from '../network/escape-controls.ts'
import type { Respond } from '../network/respond.ts'
import { openAuditFile } from './audit-file.ts'

/** The audit log of a server. */
export interface AuditLog {
  /** Records a request; for the `audit` option of the handlers. */
  readonly record: (entry: AuditEntry) => void
  /** Answers requests such that their records have the address of the client. */
  readonly withPeer: (respond: Respond) => Respond
  /** Returns why the log is not written; for `/readyz`, so without the path of the file. */
  readonly check: () => Promise<string | undefined>
  /** Writes what waits. */
  readonly close: () => Promise<void>
}

/**
 * Opens the audit log: a file of JSON Lines, one record each.
 *
 * @param tenantId - The tenant of the HSMs. By default records name that of the caller.
 * @throws `BadFile` - the file cannot be opened.
 */
export async function openAuditLog(
  path: string,
  tenantId: string | undefined,
  warn: (text: string) => void,
): Promise<AuditLog> {
  const file = await openAuditFile(path, warn)
  const peers = new AsyncLocalStorage<string>()
  const resource = { ...(tenantId !== undefined && { tenantId }) }
  return {
    record: (entry) => {
      const callerIpAddress = peers.getStore()
      const audited = { ...entry, ...(callerIpAddress !== undefined && { callerIpAddress }) }
      for (const event of formatAuditEvents([audited], resource)) {
        file.append(`${escapeControls(JSON.stringify(event))}\n`)
      }
    },
    withPeer: (respond) => (request, peer) =>
      peers.run(withoutMapping(peer), () => respond(request, peer)),
    check: async () =>
      (await file.flush()) === undefined ? undefined : 'the audit log could not be written',
    close: async () => void (await file.flush()),
  }
}

/** RFC 4291 section 2.5.5.2: the address of an IPv4 client of a socket for both. */
const withoutMapping = (peer: string): string => peer.replace(/^::ffff:(?=[\d.]+$)/i, '')
