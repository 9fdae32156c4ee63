/** Writes lines to stderr, within bounds. */

/** What may wait for a reader: bytes. On most systems nothing waits, because Node writes to stderr at once. */
const MOST_WAITING = 1_048_576

/**
 * Makes a writer to stderr. Where the reader of a pipe falls behind, lines are dropped rather than kept in memory, and
 * the next line that is written says how many. A reader that has gone ends nothing.
 */
export function createStderrWriter(
  stderr: Pick<
    NodeJS.WriteStream,
    'write' | 'writableLength' | 'on' | 'listenerCount'
  > = process.stderr,
): (line: string) => void {
  let dropped = 0
  if (stderr.listenerCount('error') === 0) stderr.on('error', () => {})
  return (line) => {
    if (stderr.writableLength > MOST_WAITING) {
      dropped += 1
      return
    }
    if (dropped > 0) stderr.write(`${droppedLine(line, dropped)}\n`)
    dropped = 0
    stderr.write(line)
  }
}

/** In the format of the line that follows it. */
function droppedLine(next: string, dropped: number): string {
  const text = `${dropped} lines of the log were dropped, because nobody read them.`
  const time = new Date().toISOString()
  return next.startsWith('{')
    ? JSON.stringify({ level: 'warn', time, msg: text })
    : `${time} warn  ${text}`
}
