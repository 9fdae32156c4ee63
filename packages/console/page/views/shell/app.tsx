/** The frame of the page: header, navigation, the view that is shown. */

import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../../parts/icon.tsx'
import { useStore } from '../../parts/store-context.ts'
import { hrefOf, type Route, VIEWS, type View } from '../../state/router.ts'
import { AccessView } from '../access/access-view.tsx'
import { FaultsView } from '../faults/faults-view.tsx'
import { HistoryView } from '../history/history-view.tsx'
import { KeyView } from '../key/key-view.tsx'
import { KeysView } from '../keys/keys-view.tsx'
import { StateView } from '../state/state-view.tsx'
import { TimeView } from '../time/time-view.tsx'
import { TryView } from '../try-it/try-view.tsx'
import { ConnectionScreen } from './connection-screen.tsx'
import { Header } from './header.tsx'
import { NoticeList } from './notice-list.tsx'

/** The page. */
export function App(): JSX.Element {
  const { connection, preferences, route } = useStore()
  const main = useRef<HTMLElement>(null)
  const { value: shown } = route
  const { value: theme } = preferences.theme
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  useShortcuts()
  useFocusOnView(shown, main)
  const state = connection.state.value
  const isOpen = connection.keys.value !== undefined
  return (
    <div class="app">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header />
      <nav aria-label="Views">
        {(Object.entries(VIEWS) as [View, string][]).map(([view, name]) => (
          <a key={view} href={hrefOf(view)} aria-current={shown.view === view ? 'page' : undefined}>
            <Icon name={view} />
            <span>{name}</span>
            {view === 'faults' && <Badge count={connection.status.value?.faults ?? 0} />}
          </a>
        ))}
      </nav>
      <main id="main" ref={main} tabIndex={-1}>
        {isOpen && state.kind !== 'token' && state.kind !== 'refused' ? (
          <>
            {state.kind === 'lost' && (
              <p class="banner" role="status">
                Not connected: {state.message} Trying again…
              </p>
            )}
            <ViewOf key={`${shown.view} ${shown.key ?? ''}`} route={shown} />
          </>
        ) : (
          <ConnectionScreen state={state} />
        )}
      </main>
      <NoticeList />
    </div>
  )
}

function Badge({ count }: { readonly count: number }) {
  if (count === 0) return null
  return (
    <span class="badge">
      {count}
      <span class="visually-hidden"> queued</span>
    </span>
  )
}

const VIEW_OF: Readonly<Record<View, (route: Route) => JSX.Element>> = {
  keys: ({ key }) => (key === undefined ? <KeysView /> : <KeyView name={key} />),
  time: () => <TimeView />,
  history: ({ key }) => <HistoryView name={key} />,
  try: ({ key }) => <TryView name={key} />,
  faults: () => <FaultsView />,
  state: () => <StateView />,
  access: () => <AccessView />,
}

function ViewOf({ route }: { readonly route: Route }): JSX.Element {
  return VIEW_OF[route.view](route)
}

/** In another view, the keyboard and screen readers begin at its heading. */
function useFocusOnView(
  { view, key }: Route,
  main: { readonly current: HTMLElement | null },
): void {
  const isFirst = useRef(true)
  const place = `${view} ${key ?? ''}`
  // For each view once.
  useEffect(() => {
    document.title = `${key ?? VIEWS[view]} · pocket-hsm`
    if (isFirst.current) {
      isFirst.current = false
      return
    }
    const frame = requestAnimationFrame(() => {
      // People who type into the new view already stay where they are.
      if (document.activeElement?.closest('input, textarea, select, dialog')) return
      const heading = main.current?.querySelector<HTMLElement>('h1') ?? main.current
      heading?.focus()
    })
    return () => cancelAnimationFrame(frame)
  }, [place])
}

/** `/` goes to the search. */
function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null
      const isTyping = target?.closest('input, textarea, select, dialog') !== null
      if (event.key !== '/' || isTyping) return
      const search = document.getElementById('search')
      if (search === null) return
      event.preventDefault()
      search.focus()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}
