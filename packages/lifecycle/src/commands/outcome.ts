/**
 * The outcome of a command: the next record, or the rule that refuses the command.
 * No command throws, keeps state or reads a clock. Call applyTime first, to bring the record up to date.
 */

import type { KeyRecord } from '../record/key-record.ts'
import type { LifeCycleRefusal } from '../rules/life-cycle.ts'

/** A refused command: the record stays as it was. */
export interface Refused<Rule extends string = LifeCycleRefusal> {
  readonly refused: Rule
}

/** The record after a command. */
export interface Changed<Material> {
  readonly record: KeyRecord<Material>
}

/**
 * The record for a change that is dated itself. From then on its own date says from when the key may rotate: a clock
 * that moved back since the recovery must not make the key wait for the instant of that recovery.
 */
export function withoutRecovery<Material>(record: KeyRecord<Material>): KeyRecord<Material> {
  const { recoveredAt: _, ...rest } = record
  return rest
}
