/** RSA keys made on other threads, a few at a time. */

import { createPrivateKey, generateKeyPair } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import type { RsaKeyMaker } from '@pocket-hsm/rest'
import type { JsonWebKey } from 'pocket-hsm'

const generate = promisify(generateKeyPair)

/**
 * Makes RSA keys on the threads that Node keeps for such work, so that other requests are answered meanwhile.
 *
 * One processor is left to the others, and threads to files and name look-ups, which share them.
 */
export function createRsaKeyMaker(): RsaKeyMaker {
  const inTurn = limitTo(Math.max(1, Math.min(2, availableParallelism() - 1)))
  return (modulusLength) =>
    inTurn(async () => {
      // DER is written on the other thread. A key that was just generated is never asked for its JWK itself: in
      // Node 20 that can hang the process, when the generator's own object is collected meanwhile.
      const { privateKey } = await generate('rsa', {
        modulusLength,
        publicExponent: 65_537,
        publicKeyEncoding: { type: 'spki', format: 'der' },
        privateKeyEncoding: { type: 'pkcs8', format: 'der' },
      })
      const key = createPrivateKey({ key: privateKey, type: 'pkcs8', format: 'der' })
      return key.export({ format: 'jwk' }) as JsonWebKey
    })
}

/** Lets so many run at a time; the rest wait in the order in which they came. */
function limitTo(most: number): <Value>(run: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (run) => {
    if (running < most) running += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
