/** What runs on a thread that makes RSA keys: a request comes in, the bytes of a pool with its key go out. */

import { parentPort } from 'node:worker_threads'
import { createRsaPool, exportRsaPool, fillRsaPool, type RsaPoolRequest } from 'pocket-hsm'

parentPort?.on('message', (request: RsaPoolRequest) => {
  const pool = createRsaPool()
  fillRsaPool(pool, [request])
  parentPort?.postMessage(exportRsaPool(pool))
})
