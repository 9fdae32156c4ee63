/** Full backups, one after the other, by one client; and the blob storage that they go to. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Ask, Json, Slot } from './slot.ts'

/** A blob storage that outlives the servers which write to it. */
export interface BlobStorage {
  /** The URL of a container. */
  readonly container: string
  /** The URLs of what was written. */
  readonly written: ReadonlySet<string>
  readonly close: () => Promise<void>
}

/** Starts a storage that takes its time for each blob: a job is then in progress when its server is killed. */
export async function startStorage(random: () => number): Promise<BlobStorage> {
  const written = new Set<string>()
  const server = createServer(async (request, response) => {
    try {
      for await (const _ of request);
    } catch {
      return // The server was killed while it sent the blob.
    }
    await setTimeout(random() * 40)
    written.add(`${origin}${request.url?.split('?')[0]}`)
    response.writeHead(201).end()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { container: `${origin}/account/backup`, written, close }
}

/** The last job that a server acknowledged. */
interface KnownJob {
  readonly id: string
  /** What it was last said to be; absent while it was in progress. */
  readonly ended?: string
}

/** A client of backups. What a server said of a job, it says after it was killed; one that was in progress has ended. */
export function createBackupSlot({ container, written }: BlobStorage): Slot {
  let job: KnownJob | undefined
  let acknowledged = 0

  const poll = (ask: Ask, { id }: KnownJob) => ask('GET', `/backup/${id}/pending`)

  const write = async (ask: Ask) => {
    const body = { storageResourceUri: container, token: 'sig=any' }
    const { status, json } = await ask('POST', '/backup', body)
    if (status !== 202) throw new Error(`POST /backup: ${status} ${JSON.stringify(json)}`)
    const started: KnownJob = { id: String(json.jobId) }
    job = started
    acknowledged += 1
    for (;;) {
      const { json: operation } = await poll(ask, started)
      if (operation.status !== 'InProgress') {
        job = { ...started, ended: JSON.stringify(operation) }
        acknowledged += 1
        return
      }
      await setTimeout(5)
    }
  }

  const check = async (ask: Ask) => {
    if (job === undefined) return {}
    const { status, json } = await poll(ask, job)
    const found = JSON.stringify(json)
    const isAsBefore = job.ended === undefined ? hasEnded(json) : found === job.ended
    if (status !== 200 || !isAsBefore)
      return { wrong: `job ${job.id} is ${found}, not ${job.ended}` }
    const manifest = `${json.azureStorageBlobContainerUri}/manifest.json`
    if (json.status === 'Succeeded' && !written.has(manifest)) {
      return { wrong: `job ${job.id} has succeeded, and there is no ${manifest}` }
    }
    job = { ...job, ended: found }
    return {}
  }

  const look = async (ask: Ask) => {
    if (job !== undefined) await poll(ask, job)
  }
  return { name: 'backup', write, look, check, acknowledged: () => acknowledged }
}

/** Succeeded, if its end was stored; interrupted otherwise. */
const hasEnded = ({ status, error }: Json): boolean =>
  status === 'Succeeded' || (status === 'Failed' && error?.code === 'JobInterrupted')
