/** A way to the database on which connections are cut at the worst moment: when the answer is on its way. */

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Random } from './random.ts'

/** A proxy for TCP. */
export interface CuttingProxy {
  readonly port: number
  /** From now on, one of so many answers is lost with its connection; 0 for none. */
  readonly cutOneOf: (answers: number) => void
  /** How many were. */
  readonly cuts: () => number
  /** From now on, the answer to whatever has this text does not arrive: its connection stays open, and is silent. */
  readonly holdAnswersTo: (text: string) => void
  /** How many are held. */
  readonly held: () => number
  readonly close: () => Promise<void>
}

/** Starts one in front of a port of this machine. */
export async function startCuttingProxy(target: number, random: Random): Promise<CuttingProxy> {
  let oneOf = 0
  let cuts = 0
  let marker: string | undefined
  let held = 0
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    const pair = [near, far]
    const cut = () => {
      for (const socket of pair) {
        sockets.delete(socket)
        socket.destroy()
      }
    }
    for (const socket of pair) {
      sockets.add(socket)
      socket.setNoDelay(true).on('error', cut).on('close', cut)
    }
    let isSilent = false
    near.on('data', (asked) => {
      if (marker !== undefined && asked.includes(marker)) isSilent = true
    })
    near.pipe(far)
    far.on('data', (answer) => {
      if (isSilent) held += 1
      else if (oneOf > 0 && random() * oneOf < 1) {
        cuts += 1
        cut()
      } else if (!near.destroyed) near.write(answer)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('There is no port.')
  return {
    port: address.port,
    cutOneOf: (answers) => {
      oneOf = answers
    },
    cuts: () => cuts,
    holdAnswersTo: (text) => {
      marker = text
    },
    held: () => held,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
