/** One call of the facade: the engine, the instant, and what the audit trail will say about it. */

import { currentVersion } from '@pocket-hsm/lifecycle'
import {
  type AuditRefusal,
  type ExternalKeyCall,
  type HsmOperation,
  VERSION_OF,
} from '../audit/audit-entry.ts'
import { appendEntry } from '../audit/audit-trail.ts'
import {
  type KeyReference,
  parseDeletedNameOf,
  parseKeyName,
  parseKeyReference,
} from '../keys/key-reference.ts'
import type { HsmKeyRecord } from '../state/hsm-state.ts'
import { copyOfText } from '../state/text-copy.ts'
import { type AccessCall, checkKeyAccess } from './check-access.ts'
import type { Engine } from './hsm.ts'

/** An engine, and the instant at which it is read. */
export interface CallContext {
  readonly engine: Engine
  /** Milliseconds since 1970, once the clock was read: see {@link readInstant}. */
  at: number | undefined
}

/** A call that is running. */
export interface Call<Operation extends HsmOperation = HsmOperation>
  extends CallContext,
    AccessCall {
  readonly engine: Engine
  readonly operation: Operation
  // Filled in as they become known, for the audit trail only.
  key: string | undefined
  version: string | undefined
  alg: string | undefined
  /** What was asked of the external key manager. */
  external: ExternalKeyCall | undefined
  /** What else to do if the call succeeds. */
  onSuccess: (() => void) | undefined
}

/** The most characters of a version or an algorithm that the trail keeps of what a caller gave: more than any has. */
const LONGEST = 32

/** Starts a call. */
export function startCall<Operation extends HsmOperation>(
  engine: Engine,
  operation: Operation,
): Call<Operation> {
  return {
    engine,
    operation,
    at: undefined,
    key: undefined,
    version: undefined,
    alg: undefined,
    external: undefined,
    scope: undefined,
    isAllowed: false,
    onSuccess: undefined,
  }
}

/** The instant of a call: the clock is read once, so that the whole call happens at one instant. */
export function readInstant(context: CallContext): number {
  context.at ??= context.engine.clock()
  return context.at
}

/** Writes a call that has ended into the audit trail. */
export function recordCall(call: Call, outcome: 'success' | AuditRefusal): void {
  const { engine, operation, key, version, alg, external, scope } = call
  const { caller, trail } = engine
  const principals = engine.principals?.recorded
  const at = call.at ?? instantIfAny(call)
  appendEntry(
    trail,
    { at, operation, key, version, alg, external, scope, caller, principals, outcome },
    false,
  )
}

/** The instant of a call that did not need it: a broken clock must not fail the call now. */
function instantIfAny(call: Call): number {
  try {
    return readInstant(call)
  } catch {
    return Number.NaN
  }
}

/** Reads which key and version a call names. */
export function readReference(call: Call, key: string): KeyReference {
  const reference = parseKeyReference(call.engine, key, call.operation)
  call.key = copyOfText(reference.name)
  call.version = reference.version && copyOfText(reference.version, LONGEST)
  checkKeyAccess(call, call.key)
  return reference
}

/** Reads which key a call names, where a whole reference is accepted and its version is ignored. */
export function readName(call: Call, key: string): string {
  return recordName(call, parseKeyReference(call.engine, key, call.operation).name)
}

/** Reads which deleted key a call names. */
export function readDeletedName(call: Call, key: string): string {
  return recordName(call, parseDeletedNameOf(call.engine, key, call.operation))
}

/** Reads the name of a key that a call may create. */
export function readNewName(call: Call, name: string): string {
  return recordName(call, parseKeyName(name))
}

function recordName(call: Call, name: string): string {
  call.key = copyOfText(name)
  checkKeyAccess(call, call.key)
  return call.key
}

/** Records which algorithm was asked for, whether it exists or not. */
export function recordAlgorithm(call: Call, alg: unknown): void {
  if (typeof alg === 'string') call.alg = copyOfText(alg, LONGEST)
}

/** Records the key that a call has found, and the version that it will use if none was named. */
export function recordFoundKey(call: Call, record: HsmKeyRecord | undefined): void {
  if (record === undefined) return
  call.key = record.name
  if (call.version !== undefined || VERSION_OF[call.operation] !== 'used') return
  if (record.state === 'active') call.version = currentVersion(record).version
}

/** Records the version that a call has made. */
export function recordMadeVersion(call: Call, record: HsmKeyRecord): void {
  if (VERSION_OF[call.operation] !== 'made') return
  call.key = record.name
  call.version = currentVersion(record).version
}
