// A process that serves HSMs, and measures its memory after a collection of garbage when it is asked to.

import { setTimeout } from 'node:timers/promises'
import { startServer } from '@pocket-hsm/server'

const server = await startServer({ port: 0, http: true, ...JSON.parse(process.argv[2]) })

process.on('message', async (message) => {
  if (message === 'end') {
    await server.close()
    process.exit()
  }
  for (let round = 0; round < 3; round++) {
    globalThis.gc()
    await setTimeout(50)
  }
  process.send(process.memoryUsage())
})
process.send(server.url)
