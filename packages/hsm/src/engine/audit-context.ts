/** One call of the facade: the engine that it asks, the instant at which it asks, and what it turns out to be about. */

import { currentVersion } from '@pocket-hsm/lifecycle'
import { type AuditRefusal, type HsmOperation, VERSION_OF } from '../audit/audit-entry.ts'
import { note } from '../audit/audit-trail.ts'
import {
  type KeyReference,
  parseDeletedNameOf,
  parseKeyName,
  parseKeyReference,
} from '../keys/key-reference.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'
import type { Engine } from './hsm.ts'

/** The engine that is asked, and when. */
export interface Moment {
  readonly engine: Engine
  /** Milliseconds since 1970, once somebody has asked: see {@link instantOf}. */
  at: number | undefined
}

/** A call that is under way. Its own members are filled in as they are found out, for the audit trail alone. */
export interface Call extends Moment {
  readonly operation: HsmOperation
  key: string | undefined
  version: string | undefined
  alg: string | undefined
}

/** The most characters of a version or an algorithm that the trail takes from a caller: more than any has. */
const LONGEST = 32

/** A call that begins now. */
export function beginCall(engine: Engine, operation: HsmOperation): Call {
  return {
    engine,
    operation,
    at: undefined,
    key: undefined,
    version: undefined,
    alg: undefined,
  }
}

/** The instant of a call: the clock is read once, so that the whole call happens at one instant. */
export function instantOf(moment: Moment): number {
  moment.at ??= moment.engine.clock()
  return moment.at
}

/** Writes a call that is over into the audit trail. */
export function endCall(call: Call, outcome: 'success' | AuditRefusal): void {
  const { engine, operation, key, version, alg } = call
  const { caller } = engine
  const at = call.at ?? instantIfAny(call)
  note(engine.trail, { at, operation, key, version, alg, caller, outcome }, false)
}

/** The instant of a call that did without: a clock that is out of order must not refuse it now. */
function instantIfAny(call: Call): number {
  try {
    return instantOf(call)
  } catch {
    return Number.NaN
  }
}

/** Reads which key and version a call is about. */
export function referenceOf(call: Call, key: string): KeyReference {
  const reference = parseKeyReference(call.engine.baseUrl, key)
  call.key = reference.name
  call.version = reference.version?.slice(0, LONGEST)
  return reference
}

/** Reads which key a call is about, where a whole reference may stand but no version counts. */
export function nameOf(call: Call, key: string): string {
  call.key = parseKeyReference(call.engine.baseUrl, key).name
  return call.key
}

/** Reads which deleted key a call is about. */
export function deletedNameOf(call: Call, key: string): string {
  call.key = parseDeletedNameOf(call.engine.baseUrl, key)
  return call.key
}

/** Reads the name of a key that a call may make. */
export function newNameOf(call: Call, name: string): string {
  call.key = parseKeyName(name)
  return call.key
}

/** Notes which algorithm was asked for, whether there is such a one or not. */
export function noteAlgorithm(call: Call, alg: unknown): void {
  if (typeof alg === 'string') call.alg = alg.slice(0, LONGEST)
}

/** Notes the key that a call has found, and the version that it will use where none was named. */
export function noteFound(call: Call, record: HsmKeyRecord | undefined): void {
  if (record === undefined) return
  call.key = record.name
  if (call.version !== undefined || VERSION_OF[call.operation] !== 'used') return
  if (record.state === 'active') call.version = currentVersion(record).version
}

/** Notes the version that a call has made. */
export function noteMade(call: Call, record: HsmKeyRecord): void {
  if (VERSION_OF[call.operation] !== 'made') return
  call.key = record.name
  call.version = currentVersion(record).version
}
