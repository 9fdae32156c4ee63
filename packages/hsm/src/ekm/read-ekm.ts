/** The state of the external key manager's connection, for the operations on it. */

import type { Call } from '../engine/audit-context.ts'
import { EKM, type EkmState } from '../external-keys/ekm-state.ts'
import type { EkmConnection } from '../external-keys/external-key-manager.ts'
import { badParameter, type HsmError } from '../hsm-error.ts'
import { type ErrorFacts, type RefusalRule, serviceError } from '../service/error-texts.ts'
import { readMember, withMember } from '../state/administration.ts'

/** Returns the state; throws for a vault. */
export function readEkm({ engine }: Call): EkmState {
  if (!engine.profile.externalKeys) {
    throw badParameter('A vault has no external key manager; only a Managed HSM does.')
  }
  return readMember(engine.state, EKM)
}

/** Replaces the state. */
export function writeEkm({ engine }: Call, next: EkmState): void {
  engine.state = withMember(engine.state, EKM, next)
}

/** Makes the error of a rule. */
export function refuseEkm({ engine }: Call, rule: RefusalRule, facts: ErrorFacts = {}): HsmError {
  return serviceError(rule, engine.profile.family, facts)
}

/** Returns the connection; throws if there is none. */
export function readConnection(call: Call): EkmConnection {
  const { connection } = readEkm(call)
  if (connection === undefined) throw refuseEkm(call, 'ekmConnectionNotFound')
  return connection
}

/** Names of private endpoints are compared without regard to case. */
export function isSameEndpoint(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
