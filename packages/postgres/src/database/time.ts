/** The clock of a database, between two looks at it. */

/** What the clock of the database shows, as far as this process knows. */
export interface DatabaseTime {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Takes note of what it showed just now. */
  readonly note: (now: number) => void
}

/** Makes a clock that shows the time of the machine until the first look. */
export function createDatabaseTime(): DatabaseTime {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    note: (now) => {
      ahead = now - Date.now()
    },
  }
}
