/** Changes that the page makes: a fork before each, so that it can be undone. */

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Api, ApiError } from '../source/api.ts'
import type { HsmClock } from './clock.ts'
import type { History } from './history.ts'
import type { Notices } from './notices.ts'
import type { Preferences } from './preferences.ts'

/** A state to which a change can be undone. */
export interface UndoPoint {
  readonly fork: string
  /** What was done then. */
  readonly label: string
  /** The time of the HSM, in Unix seconds. */
  readonly at: number
  readonly offset: number
  /** The entries of the trail before the change. */
  readonly total: number
}

/** The changes of the page. */
export interface Changes {
  /** Oldest first. */
  readonly undoPoints: Signal<readonly UndoPoint[]>
  readonly canUndo: ReadonlySignal<boolean>
  /**
   * Makes a change.
   *
   * @param label - What is done, for the message and for undo: `Rotated orders`.
   * @returns What `work` returned; `undefined` if it failed, which the user was told.
   */
  readonly make: <Result>(
    label: string,
    work: () => Promise<Result>,
  ) => Promise<{ readonly result: Result } | undefined>
  /** Restores the state before a change, the latest one by default. */
  readonly undo: (point?: UndoPoint) => Promise<void>
  /** Tells the user about an error. */
  readonly report: (error: unknown) => void
}

/** Their forks are replaced in turn. */
const MOST_POINTS = 20

const PREFIX = 'console-undo-'

/** Makes the changes of a page. */
export function createChanges(
  api: Api,
  clock: HsmClock,
  history: History,
  notices: Notices,
  { isReadOnly }: Preferences,
): Changes {
  const undoPoints = signal<readonly UndoPoint[]>([])
  let count = 0

  const report = (error: unknown) => {
    const { message } = error as ApiError
    notices.show({ tone: 'bad', text: message })
  }

  const undo = async (point = undoPoints.value.at(-1)) => {
    if (point === undefined) return
    if (isReadOnly.value) return report(READ_ONLY)
    try {
      await api.control('POST', '/reset', { to: point.fork })
      const moved = clock.offset.value - point.offset
      if (moved !== 0) await api.control('POST', '/clock', { advanceSeconds: -moved })
      undoPoints.value = undoPoints.value.slice(0, undoPoints.value.indexOf(point))
      notices.show({ tone: 'good', text: `Undone: ${point.label}` })
    } catch (error) {
      report(error)
    }
  }

  const make: Changes['make'] = async (label, work) => {
    if (isReadOnly.value) {
      report(READ_ONLY)
      return undefined
    }
    const point: UndoPoint = {
      fork: `${PREFIX}${count % MOST_POINTS}`,
      label,
      at: clock.now.value,
      offset: clock.offset.value,
      total: history.total.value,
    }
    try {
      await api.control('POST', '/fork', { name: point.fork })
      const result = await work()
      count += 1
      const kept = undoPoints.value.filter(({ fork }) => fork !== point.fork)
      undoPoints.value = [...kept, point]
      notices.show({
        tone: 'good',
        text: label,
        action: { name: 'Undo', run: () => void undo(point) },
      })
      return { result }
    } catch (error) {
      report(error)
      return undefined
    }
  }

  return {
    undoPoints,
    canUndo: computed(() => undoPoints.value.length > 0),
    make,
    undo,
    report,
  }
}

/** Whether a fork is one of those that are made before changes. */
export const isUndoFork = (name: string): boolean => name.startsWith(PREFIX)

const READ_ONLY = new Error('The console is read-only: nothing was changed.')
