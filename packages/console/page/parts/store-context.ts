/** The store, for every component. */

import { type Context, createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Store } from '../state/store.ts'

/** Provides the store. */
export const StoreContext: Context<Store | undefined> = createContext<Store | undefined>(undefined)

/** Returns the store of the page. */
export function useStore(): Store {
  const store = useContext(StoreContext)
  if (store === undefined) throw new Error('There is no store around this component.')
  return store
}
