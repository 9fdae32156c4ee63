/**
 * What an HSM holds besides keys: roles, settings, activation, jobs. One immutable value of members, each with an owner
 * that this file knows nothing about.
 *
 * To add a member:
 * 1. Declare it next to its subject: `const SETTINGS = administrationMember<Settings>({ name: 'settings', … })`. A member
 *    whose parts change one by one, and may be many, is a {@link mapMember}.
 * 2. Add it to `MEMBERS` in `state-export/administration-json.ts`. From then on exports, changes, journals and forks have it.
 * 3. Read it with `readMember(engine.state, SETTINGS)`; replace it with
 *    `engine.state = withMember(engine.state, SETTINGS, next)`, in one go and as the last step of an operation.
 *
 * What `serialize` returns is JSON. It may hold secrets in the clear: everything that leaves an HSM is sealed under the
 * security domain. Each member bounds its own size in bytes, as it grows by what callers send.
 */

import { emptyMap, type SortedMap, withoutValue, withValue } from './sorted-map.ts'
import { differences } from './sorted-map-difference.ts'

/** The members by name. One that is absent has its initial value. Read it with {@link readMember} only. */
export type Administration = Readonly<Record<string, unknown>>

/** A part of the administration state. */
export interface AdministrationMember<Value> {
  /** In the state and in exports: never change it. */
  readonly name: string
  /** Immutable; what a new HSM has, and what is in no export. */
  readonly initial: Value
  /** Whether it stays with the HSM: it is in no full backup, and a restore leaves it as it is. */
  readonly staysWithHsm?: boolean
  /** The JSON of what is different in `after`: nothing if the values are the same. */
  changes(before: Value, after: Value): Iterable<unknown>
  /** The value after one change that `changes` has described. */
  apply(value: Value, change: unknown): Value
}

/** What a member of one small value needs: it is exported whole whenever it was replaced. */
export interface ValueMember<Value, Json> {
  readonly name: string
  readonly initial: Value
  readonly staysWithHsm?: boolean
  readonly serialize: (value: Value) => Json
  readonly parse: (json: Json) => Value
}

/** What a member of many entries needs: those that were replaced are exported one by one. */
export interface MapMember<Item, Json> {
  readonly name: string
  readonly staysWithHsm?: boolean
  readonly serialize: (item: Item) => Json
  readonly parse: (json: Json) => Item
}

/** Declares a member of one small value. */
export function administrationMember<Value, Json = Value>({
  name,
  initial,
  staysWithHsm = false,
  serialize,
  parse,
}: ValueMember<Value, Json>): AdministrationMember<Value> {
  return {
    name,
    initial,
    staysWithHsm,
    changes: (before, after) => (before === after ? [] : [serialize(after)]),
    apply: (_, json) => parse(json as Json),
  }
}

/** Declares a member that is a map of entries by key. */
export function mapMember<Item, Json = Item>({
  name,
  staysWithHsm = false,
  serialize,
  parse,
}: MapMember<Item, Json>): AdministrationMember<SortedMap<Item>> {
  return {
    name,
    staysWithHsm,
    initial: emptyMap<Item>(),
    *changes(before, after) {
      for (const { key, after: item } of differences(before, after)) {
        yield item === undefined ? { key } : { key, item: serialize(item) }
      }
    },
    apply: (map, change) => {
      const { key, item } = change as { readonly key: string; readonly item?: Json }
      return item === undefined ? withoutValue(map, key) : withValue(map, key, parse(item))
    },
  }
}

/** Whatever has an administration: an HSM's state. */
export interface HasAdministration {
  readonly administration: Administration
}

/** Returns the value of a member. */
export function readMember<Value>(
  { administration }: HasAdministration,
  { name, initial }: AdministrationMember<Value>,
): Value {
  return Object.hasOwn(administration, name) ? (administration[name] as Value) : initial
}

/** Returns the state with another value of a member. */
export function withMember<Value, State extends HasAdministration>(
  state: State,
  { name }: AdministrationMember<Value>,
  value: Value,
): State {
  return { ...state, administration: { ...state.administration, [name]: value } }
}
