/** Server-sent events, cut wherever a network cuts them. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readServerEvents, type ServerEvent } from '../../page/source/server-events.ts'

async function read(chunks: readonly Uint8Array[]): Promise<readonly ServerEvent[]> {
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  const events: ServerEvent[] = []
  for await (const event of readServerEvents(stream)) events.push(event)
  return events
}

it('are the same however the bytes are cut', async () => {
  const text =
    ': alive\n\nevent: audit\ndata: {"key":"é☕"}\n\n: alive\n\nevent: status\ndata: 1\n\n'
  const bytes = new TextEncoder().encode(text)
  const cuts = fc.array(fc.integer({ min: 1, max: bytes.length }), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(cuts, async (positions) => {
      const sorted = [0, ...positions.sort((a, b) => a - b), bytes.length]
      const chunks = sorted.slice(1).map((end, index) => bytes.slice(sorted[index], end))
      expect(await read(chunks)).toEqual([
        { name: 'audit', data: { key: 'é☕' } },
        { name: 'status', data: 1 },
      ])
    }),
  )
})

it('that are not complete are none', async () => {
  expect(await read([new TextEncoder().encode('event: audit\ndata: {}\n')])).toEqual([])
})
