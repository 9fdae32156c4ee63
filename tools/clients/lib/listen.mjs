// Holds: whatever a run of the clients listens with, listens on loopback and a free port, and stops at once.

/**
 * Lets a server listen.
 *
 * @param {import('node:net').Server} server
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export async function listenOnLoopback(server) {
  const sockets = new Set()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const close = () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      // Clients keep connections, and a server waits for all of them.
      for (const socket of sockets) socket.destroy()
    })
  return { port: server.address().port, close }
}
