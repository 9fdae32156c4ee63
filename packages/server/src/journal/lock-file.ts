/** A file beside another that says which process has it. */

import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { serverError } from '../server-error.ts'

/** Lets go of what was locked. */
export type Release = () => Promise<void>

/** Which process holds a lock; `started` tells it from a later one of the same number, where the system says. */
interface Holder {
  readonly pid: number
  readonly started?: string
}

const PAUSE_MS = 50

/** As long as the lock may be neither taken nor free. */
const ATTEMPTS = 200

/** Removing a lock takes no more: who has begun to and is not done by then was killed. */
const REMOVAL_MS = 5000

/**
 * Takes a lock that a process which was killed leaves to the next one.
 *
 * It holds between processes that see one another: not between machines that share a disk.
 *
 * @param path - The lock file; it is there while the lock is held.
 * @param what - What messages say is locked.
 * @throws `BadState` - a process that runs holds it.
 */
export async function takeLock(path: string, what: string): Promise<Release> {
  const text = JSON.stringify(await thisProcess())
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await created(path, text)) return () => rm(path, { force: true })
    const found = await readFile(path, 'utf8').catch(() => undefined)
    if (found === undefined) continue
    const holder = parseHolder(found)
    if (holder !== undefined && (await isRunning(holder))) throw inUse(holder, path, what)
    // It is made and written in two steps: what is not written yet may be in a moment.
    const isLeft = holder !== undefined || attempt > 2
    if (!isLeft || !(await removed(path, found))) await setTimeout(PAUSE_MS)
  }
  throw serverError('BadState', `${path} changes hands all the time: ${what} cannot be locked.`)
}

async function created(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw serverError(
      'BadState',
      `The lock ${path} cannot be made: ${(error as Error).message}.`,
      error,
    )
  }
}

/**
 * Removes the lock that was read, and no other: only who has made a second file may do it, so that the lock which
 * another has taken meanwhile stays.
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
  const started = await startOf(process.pid)
  return { pid: process.pid, ...(started !== undefined && { started }) }
}

async function isRunning({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, and is another user's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = await startOf(pid)
  return started === undefined || now === undefined || now === started
}

/** When a process began, in ticks of this boot of the system: Linux tells, see proc(5), field 22. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const fields = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The second field is the name in brackets and may hold anything.
    const ticks = fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19]
    return `${boot.trim()} ${ticks}`
  } catch {
    return undefined
  }
}

function inUse({ pid }: Holder, path: string, locked: string): Error {
  return serverError(
    'BadState',
    `${locked} is in use by process ${pid}. Two servers cannot write one state; if no server runs there, remove ${path}.`,
  )
}
