// Counts the round trips between a server and its database.

import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/** "ReadyForQuery": the end of each answer (PostgreSQL 15, section 55.7). */
const READY = 'Z'.charCodeAt(0)

/**
 * Starts a proxy in front of a PostgreSQL of this machine.
 *
 * @param {number} target Its port.
 * @returns {Promise<{ port: number, count: () => number, close: () => Promise<void> }>} `count` is how often the database has
 *   been asked and has answered.
 */
export async function startCountingProxy(target) {
  let count = 0
  const sockets = new Set()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true).on('error', () => socket.destroy())
    }
    near.on('close', () => far.destroy()).pipe(far)
    far.on('close', () => near.destroy()).pipe(near)
    const read = reader(() => {
      count += 1
    })
    far.on('data', read)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: server.address().port,
    count: () => count,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Reads messages, whose parts come as they come: a type, a length of four bytes that counts itself, the rest. */
function reader(onReady) {
  let header = Buffer.alloc(0)
  let left = 0
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      if (left > 0) {
        const skipped = Math.min(left, bytes.length - at)
        left -= skipped
        at += skipped
        continue
      }
      const taken = bytes.subarray(at, at + 5 - header.length)
      header = Buffer.concat([header, taken])
      at += taken.length
      if (header.length < 5) continue
      if (header[0] === READY) onReady()
      left = header.readUInt32BE(1) - 4
      header = Buffer.alloc(0)
    }
  }
}
