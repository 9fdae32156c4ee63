/** The thread that makes RSA keys: it receives a request, and posts the bytes of a pool with its key. */

import { parentPort } from 'node:worker_threads'
import { createRsaPool, exportRsaPool, fillRsaPool, type RsaPoolRequest } from 'pocket-hsm'

parentPort?.on('message', (request: RsaPoolRequest) => {
  const pool = createRsaPool()
  fillRsaPool(pool, [request])
  parentPort?.postMessage(exportRsaPool(pool))
})
