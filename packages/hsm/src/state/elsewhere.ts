/** What a partial HSM does not hold, because it is stored elsewhere, and what its operations looked for in vain. */

/** The two lists of keys. */
export type ListName = 'active' | 'deleted'

/** The first keys of a list after a position. */
export interface LoadedPage {
  readonly list: ListName
  /** The name, upper-cased, or the place in the order of creation of the key before; absent for the first page. */
  readonly after?: string | number | undefined
  /** How many keys: with fewer, the list ends. */
  readonly count: number
}

/** What an operation looked for and a partial HSM does not hold. */
export type MissingPart =
  | { readonly kind: 'key'; readonly name: string }
  /** Keys that time has changed up to an instant in Unix seconds, or of which it has something to say. */
  | { readonly kind: 'due'; readonly until: number }
  | ({ readonly kind: 'page'; readonly order: 'name' | 'creation' } & LoadedPage)
  /** Every key. */
  | { readonly kind: 'all' }

/** What is known of the keys that a partial HSM does not hold. */
export interface Elsewhere {
  /** Names, upper-cased, that are nowhere. */
  readonly absent: ReadonlySet<string>
  /** How many keys are elsewhere. */
  readonly keys: number
  /** The Unix second up to which every due key is here. */
  readonly dueUntil: number
  readonly page: LoadedPage | undefined
  /** What was looked for; the only part that changes. */
  readonly missing: MissingPart[]
}
