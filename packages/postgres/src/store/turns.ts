/** Requests of one process for the same key that take turns, so that they do not undo each other's work. */

/** Waits for one's turn; the returned function gives it on. */
export type TakeTurn = (key: string) => Promise<() => void>

/** Makes turns: nobody has one. */
export function createTurns(): TakeTurn {
  const last = new Map<string, Promise<void>>()
  return async (key) => {
    const before = last.get(key)
    let done: () => void = () => {}
    const mine = new Promise<void>((resolve) => {
      done = resolve
    })
    last.set(key, mine)
    await before
    return () => {
      if (last.get(key) === mine) last.delete(key)
      done()
    }
  }
}
