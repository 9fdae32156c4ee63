/** Requests over HTTP, each to any of several servers. */

import { Agent, request } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { oneOf, type Random } from '../support/random.ts'
import { NotSent, type Received, type Send, type Sent } from './requests.ts'

/** A client of several servers. */
export interface Client {
  readonly send: Send
  /** Closes its connections. */
  readonly close: () => void
}

/** Longer than any server takes. */
const MOST_MS = 60_000

const PAUSE_MS = 20

/** Makes one. A server that is not there is no answer: {@link NotSent}. */
export function createClient(urls: readonly string[], random: Random): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const send: Send = async (sent) => {
    try {
      return await sendOnce(agent, oneOf(random, urls), sent)
    } catch (error) {
      if (Object(error)['code'] !== 'ECONNREFUSED') throw error
      await setTimeout(PAUSE_MS)
      throw new NotSent()
    }
  }
  return { send, close: () => agent.destroy() }
}

function sendOnce(agent: Agent, url: string, { method, path, body }: Sent): Promise<Received> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers = {
    authorization: 'Bearer any',
    'content-type': 'application/json',
    'content-length': text === undefined ? 0 : Buffer.byteLength(text),
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { method, headers, agent, timeout: MOST_MS })
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no response`)))
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const received = Buffer.concat(chunks).toString()
        if (!response.complete) reject(new Error(`${method} ${path}: half a response`))
        else if (received === '') resolve({ status: response.statusCode ?? 0, json: undefined })
        else resolve({ status: response.statusCode ?? 0, json: JSON.parse(received) })
      })
    })
    outgoing.end(text)
  })
}
