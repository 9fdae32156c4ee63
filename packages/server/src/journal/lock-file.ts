/** A lock file: it names the process that uses the file next to it. */

import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { serverError } from '../server-error.ts'

/** Releases a lock. */
export type Release = () => Promise<void>

/** The process that holds a lock; `started` distinguishes it from a later process with the same number. */
interface Holder {
  readonly pid: number
  readonly started?: string
}

const PAUSE_MS = 50

/** So often a lock that is neither taken nor free is tried again. */
const ATTEMPTS = 200

/** Removing a lock takes less: a process that has not finished by then was killed. */
const REMOVAL_MS = 5000

/**
 * Takes a lock. The lock of a process that has ended, killed or not, is taken over.
 *
 * It works between processes that see each other's numbers: not between machines that share a disk.
 *
 * @param path - The lock file; it exists while the lock is held.
 * @param what - The name of what is locked, for error texts.
 * @throws `BadState` - a running process holds it.
 */
export async function takeLock(path: string, what: string): Promise<Release> {
  const text = JSON.stringify(await thisProcess())
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await created(path, text)) return () => rm(path, { force: true })
    const found = await readFile(path, 'utf8').catch(() => undefined)
    if (found === undefined) continue
    const holder = parseHolder(found)
    if (holder !== undefined && (await isRunning(holder))) throw inUse(holder, path, what)
    // It is created and written in two steps: an empty one may be written in a moment.
    const isLeft = holder !== undefined || attempt > 2
    if (!isLeft || !(await removed(path, found))) await setTimeout(PAUSE_MS)
  }
  throw serverError(
    'BadState',
    `${what} cannot be locked: other processes keep taking the lock ${path}.`,
  )
}

async function created(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw serverError(
      'BadState',
      `The lock ${path} cannot be created: ${(error as Error).message}.`,
      error,
    )
  }
}

/**
 * Removes the lock that was read, and no other. Only the process that has created a second file removes it, so that a
 * lock which another process has taken meanwhile stays.
 */
async function removed(path: string, found: string): Promise<boolean> {
  const removal = `${path}.removal`
  if (!(await created(removal, ''))) {
    const { mtimeMs } = await stat(removal).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }))
    if (Date.now() - mtimeMs > REMOVAL_MS) await rm(removal, { force: true })
    return false
  }
  const now = await readFile(path, 'utf8').catch(() => undefined)
  if (now === found) await rm(path, { force: true })
  await rm(removal, { force: true })
  return true
}

function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder
    return Number.isSafeInteger(holder.pid) && holder.pid > 0 ? holder : undefined
  } catch {
    return undefined
  }
}

async function thisProcess(): Promise<Holder> {
  const now = await startOf(process.pid)
  return { pid: process.pid, ...(now !== undefined && { started: now.started }) }
}

async function isRunning({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, and is another user's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = await startOf(pid)
  if (now?.hasEnded) return false
  return started === undefined || now === undefined || now.started === started
}

/** States of a process that runs no more, although its number is still taken: zombie and dead. */
const ENDED = ['Z', 'X', 'x']

/**
 * When a process started, in ticks of this boot of the system, and whether it has ended and waits for its parent.
 *
 * @returns `undefined` if the system does not say: only Linux does.
 * @see proc(5), /proc/[pid]/stat, fields 3 and 22
 */
async function startOf(
  pid: number,
): Promise<{ readonly started: string; readonly hasEnded: boolean } | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The second field is the name in brackets, which can contain anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { started: `${boot.trim()} ${fields[19]}`, hasEnded: ENDED.includes(fields[0] ?? '') }
  } catch {
    return undefined
  }
}

function inUse({ pid }: Holder, path: string, what: string): Error {
  return serverError(
    'BadState',
    `${what} is in use by process ${pid}. Two servers cannot write one state; if no server is running, remove ${path}.`,
  )
}
