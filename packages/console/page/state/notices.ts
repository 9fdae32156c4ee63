/** Short messages about what has just happened. */

import { type Signal, signal } from '@preact/signals'

/** One message. */
export interface Notice {
  readonly id: number
  readonly tone: 'good' | 'bad'
  readonly text: string
  /** What can be done about it. */
  readonly action?: { readonly name: string; readonly run: () => void }
}

/** The messages that are shown. */
export interface Notices {
  readonly list: Signal<readonly Notice[]>
  readonly show: (notice: Omit<Notice, 'id'>) => void
  readonly dismiss: (id: number) => void
}

const GOOD_MS = 8000

/** Creates an empty list. A good message goes by itself; an error stays until it is dismissed. */
export function createNotices(): Notices {
  const list = signal<readonly Notice[]>([])
  let last = 0
  const dismiss = (id: number) => {
    list.value = list.value.filter((notice) => notice.id !== id)
  }
  return {
    list,
    dismiss,
    show: (notice) => {
      last += 1
      const id = last
      list.value = [...list.value.slice(-2), { ...notice, id }]
      if (notice.tone === 'good') setTimeout(() => dismiss(id), GOOD_MS)
    },
  }
}
