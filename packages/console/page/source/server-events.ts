/** Server-sent events, read from a response: `EventSource` can send no token. */

/** One event. */
export interface ServerEvent {
  readonly name: string
  readonly data: unknown
}

/**
 * Reads the events of a stream until it ends.
 *
 * @see HTML Living Standard, section 9.2.6
 */
export async function* readServerEvents(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerEvent, undefined> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      text += decoder.decode(value, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = parseEvent(block)
        if (event !== undefined) yield event
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** A comment, which begins with a colon, is no event. */
function parseEvent(block: string): ServerEvent | undefined {
  const lines = block.split('\n')
  const fieldOf = (field: string) =>
    lines
      .filter((line) => line.startsWith(`${field}: `))
      .map((line) => line.slice(field.length + 2))
      .join('\n')
  const data = fieldOf('data')
  return data === '' ? undefined : { name: fieldOf('event'), data: JSON.parse(data) }
}
