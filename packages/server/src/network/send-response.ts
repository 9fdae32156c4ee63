/** Sends a response, and deals with a request body that nobody has read and a client that does not read. */

import type { IncomingMessage, ServerResponse } from 'node:http'

/** What a client may still send after its response, for the connection to be used again: bytes. */
const MOST_DISCARDED = 8 * 1024 * 1024

/** How long a client may still send. A connection that is closed at once can lose the response on its way. */
const DISCARD_MS = 2000

/**
 * Sends a response; resolves when the client has it or the socket is closed.
 *
 * What is left of the request's body is read and dropped, so that the connection can be used again. If that is too much,
 * the response says `Connection: close` and the socket is closed.
 *
 * @param writeMs - The time in which the client must have read the response.
 * @see RFC 9112 section 9.3, 9.6
 */
export async function sendResponse(
  message: IncomingMessage,
  response: ServerResponse,
  answer: Response,
  writeMs: number,
): Promise<void> {
  if (isEventStream(answer)) return sendEvents(response, answer)
  const body = Buffer.from(await answer.arrayBuffer())
  if (response.destroyed) return
  const { socket } = message
  const closed = new Promise((resolve) => response.once('close', resolve))
  const timer = setTimeout(() => socket.destroy(), writeMs)
  const isClosing = answer.status === 413 || bytesLeft(message) > MOST_DISCARDED
  response.writeHead(answer.status, {
    ...Object.fromEntries(answer.headers),
    ...(answer.status !== 204 && { 'content-length': body.length }),
    ...(isClosing && { connection: 'close' }),
  })
  if (message.method !== 'HEAD') response.write(body)
  if (hasBody(message) && !message.readableEnded) await discardBody(message)
  response.end()
  await closed
  clearTimeout(timer)
  if (!message.complete) socket.destroy()
}

/** Server-sent events go on for as long as the client stays. */
const isEventStream = ({ headers }: Response): boolean =>
  headers.get('content-type') === 'text/event-stream'

/** Sends events as they come; ends when there are no more, or when the client has gone. */
async function sendEvents(
  response: ServerResponse,
  { status, headers, body }: Response,
): Promise<void> {
  const reader = body?.getReader()
  response.once('close', () => void reader?.cancel().catch(() => undefined))
  response.writeHead(status, { ...Object.fromEntries(headers), 'x-accel-buffering': 'no' })
  response.flushHeaders()
  for (;;) {
    const next = await reader?.read()
    if (next === undefined || next.done || response.destroyed) break
    if (!response.write(next.value)) {
      await new Promise((resolve) => response.once('drain', resolve).once('close', resolve))
    }
  }
  response.end()
}

/** Whether a request comes with a body (RFC 9112 section 6.3). */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** The bytes that the client has still to send, as far as it has said. */
function bytesLeft({ complete, headers }: IncomingMessage): number {
  return complete ? 0 : Number(headers['content-length'] ?? 0)
}

/** Resolves when the body has come to its end, is too long, or takes too long. */
function discardBody(message: IncomingMessage): Promise<void> {
  if (message.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    let length = 0
    const timer = setTimeout(done, DISCARD_MS)
    function done() {
      clearTimeout(timer)
      resolve()
    }
    message
      .removeAllListeners('data')
      .on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > MOST_DISCARDED) done()
      })
      .once('end', done)
      .once('close', done)
      .resume()
  })
}
