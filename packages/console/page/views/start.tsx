/** Begins the page. */

import { render } from 'preact'
import { StoreContext } from '../parts/store-context.ts'
import type { Source } from '../source/source.ts'
import { createStore } from '../state/store.ts'
import { App } from './shell/app.tsx'

/** Renders the page for a source. */
export function start(source: Source): void {
  const place = document.getElementById('app')
  if (place === null) return
  render(
    <StoreContext.Provider value={createStore(source, window)}>
      <App />
    </StoreContext.Provider>,
    place,
  )
}
