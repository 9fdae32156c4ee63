/** The clock of a server: the machine's, moved through the control API. */

/** A clock that can be moved. */
export interface ServerClock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds by which it is ahead of the machine's clock; negative if it is behind. */
  readonly offset: () => number
  /** Sets it so many milliseconds ahead of the machine's clock. */
  readonly setOffset: (milliseconds: number) => void | Promise<void>
  /** Looks at it, where other servers may have moved it. */
  readonly refresh?: () => Promise<void>
}

/** Makes a clock that shows the time of the machine until it is moved. */
export function createServerClock(): ServerClock {
  let offset = 0
  return {
    now: () => Date.now() + offset,
    offset: () => offset,
    setOffset: (milliseconds) => {
      offset = milliseconds
    },
  }
}
