/** What the user has chosen about the page itself. It survives a reload; nothing in it is secret. */

import { effect, type Signal, signal } from '@preact/signals'
import type { Language } from '../snippets/snippets.ts'

/** How the page looks. */
export type Theme = 'system' | 'light' | 'dark'

/** The choices. */
export interface Preferences {
  readonly theme: Signal<Theme>
  readonly isReadOnly: Signal<boolean>
  readonly language: Signal<Language>
}

const KEY = 'pocket-hsm console'

/** Reads the choices of before, and stores each change. */
export function createPreferences(
  storage: Pick<Storage, 'getItem' | 'setItem'> | undefined,
): Preferences {
  const stored = read(storage)
  const preferences: Preferences = {
    theme: signal(stored.theme ?? 'system'),
    isReadOnly: signal(stored.isReadOnly ?? false),
    language: signal(stored.language ?? 'az'),
  }
  effect(() => {
    const { theme, isReadOnly, language } = preferences
    const text = JSON.stringify({
      theme: theme.value,
      isReadOnly: isReadOnly.value,
      language: language.value,
    })
    try {
      storage?.setItem(KEY, text)
    } catch {
      // A browser that stores nothing for the page: the choices last as long as it is open.
    }
  })
  return preferences
}

interface Stored {
  readonly theme?: Theme
  readonly isReadOnly?: boolean
  readonly language?: Language
}

function read(storage: Pick<Storage, 'getItem'> | undefined): Stored {
  try {
    return JSON.parse(storage?.getItem(KEY) ?? '{}') as Stored
  } catch {
    return {}
  }
}
