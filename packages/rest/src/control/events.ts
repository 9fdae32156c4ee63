/** What happens in HSMs, as server-sent events: audit entries as they come, and what else changes. */

import { readActivation, readAudit } from 'pocket-hsm'
import { cursorOf, totalEntries } from './audit.ts'
import { clockBody } from './clock.ts'
import type { ControlClock, ControlledHsm } from './controlled.ts'
import { refuse, refuseStored } from './error.ts'
import type { ControlCall, JsonObject } from './route.ts'

/** The streams of a control API. */
export interface EventStreams {
  /** Opens a stream of one HSM. */
  readonly open: (call: ControlCall) => Response
  /** Sends what has happened since. Calls that follow one another closely are answered together. */
  readonly publish: () => void
  /** Ends all streams. */
  readonly close: () => void
}

/** Each stream holds a socket. */
const MOST_STREAMS = 64

/** How long what happens is collected. */
const COLLECT_MS = 50

/** So often a stream says that it is alive, and what has fallen due by itself is looked for. */
const ALIVE_MS = 15_000

/** Entries in one event; a reader that is further behind gets the latest. */
const MOST_ENTRIES = 1000

interface Stream {
  readonly served: ControlledHsm
  readonly controller: ReadableStreamDefaultController<Uint8Array>
  /** The entries that it has seen. */
  cursor: number
  /** The HSM that it has seen: a restored one has a trail of its own. */
  hsm: unknown
  /** The last status that was sent. */
  status: string
}

/**
 * Makes the streams of a control API.
 *
 * | event | data |
 * | --- | --- |
 * | `status` | clock, faults, limits, activation: at the beginning, and whenever one of them changes |
 * | `audit` | `{ entries, total }`: new entries, and how many there ever were; `lost` if some were left out |
 * | `restored` | `{ total }`: another state of the HSM is in its place |
 *
 * A reader that does not read gets nothing until it does, and then what is new: nothing is queued for it.
 */
export function createEventStreams(clock: ControlClock): EventStreams {
  const streams = new Set<Stream>()
  let collecting: ReturnType<typeof setTimeout> | undefined
  let alive: ReturnType<typeof setInterval> | undefined

  const end = (stream: Stream) => {
    streams.delete(stream)
    if (streams.size > 0) return
    clearInterval(alive)
    alive = undefined
  }
  const sendTo = (stream: Stream) => {
    if ((stream.controller.desiredSize ?? 0) <= 0) return
    for (const event of newsFor(stream, clock)) stream.controller.enqueue(event)
  }
  const sendAll = () => {
    collecting = undefined
    for (const stream of streams) sendTo(stream)
  }
  const sayAlive = () => {
    for (const { controller } of streams) {
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encode(': alive\n\n'))
    }
    sendAll()
  }

  return {
    open: ({ served: servedOf, query }) => {
      const served = servedOf()
      refuseStored(served, 'Events are')
      const { after } = cursorOf(query['after'])
      if (streams.size >= MOST_STREAMS)
        throw refuse(409, `At most ${MOST_STREAMS} streams can be open.`)
      let stream: Stream | undefined
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          const hsm = served.hsm()
          stream = {
            served,
            controller,
            cursor: after ?? totalEntries(served.hsm()),
            hsm,
            status: '',
          }
          streams.add(stream)
          alive ??= setInterval(sayAlive, ALIVE_MS)
          sendTo(stream)
        },
        pull: () => {
          if (stream && streams.has(stream)) sendTo(stream)
        },
        cancel: () => stream && end(stream),
      })
      return new Response(body, {
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
      })
    },
    publish: () => {
      if (streams.size > 0) collecting ??= setTimeout(sendAll, COLLECT_MS)
    },
    close: () => {
      clearTimeout(collecting)
      for (const stream of streams) {
        end(stream)
        stream.controller.close()
      }
    },
  }
}

/** The events that a stream has not seen. */
function* newsFor(stream: Stream, clock: ControlClock): Generator<Uint8Array> {
  const { served } = stream
  const hsm = served.hsm()
  if (hsm !== stream.hsm) {
    stream.hsm = hsm
    stream.cursor = totalEntries(served.hsm())
    yield event('restored', { total: stream.cursor })
  }
  const { entries, lost } = readAudit(hsm, { after: stream.cursor })
  if (entries.length > 0) {
    const total = Math.max(stream.cursor, lost) + entries.length
    const sent = entries.slice(-MOST_ENTRIES)
    const skipped = total - stream.cursor - sent.length
    stream.cursor = total
    yield event('audit', { entries: sent, total, ...(skipped > 0 && { lost: skipped }) })
  }
  const status = statusOf(served, clock)
  const { time: _, unixSeconds: __, ...lasting } = status
  const text = JSON.stringify(lasting)
  if (text === stream.status) return
  stream.status = text
  yield event('status', status)
}

function statusOf(served: ControlledHsm, clock: ControlClock): JsonObject {
  const hsm = served.hsm()
  return {
    ...clockBody(clock),
    faults: served.faults().remaining(),
    limits: served.throttle(),
    activation: hsm.profile === 'managed-hsm' ? readActivation(hsm) : undefined,
  }
}

function event(name: string, data: JsonObject): Uint8Array {
  return encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
}

const encoder = new TextEncoder()
const encode = (text: string) => encoder.encode(text)
