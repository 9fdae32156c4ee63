/** Messages in the corner of the page. */

import type { JSX } from 'preact'
import { Button } from '../../parts/button.tsx'
import { useStore } from '../../parts/store-context.ts'

/** The messages; screen readers say errors at once, the others when they are idle. */
export function NoticeList(): JSX.Element {
  const { notices } = useStore()
  return (
    <div class="notices" role="log" aria-label="Messages" aria-live="polite">
      {notices.list.value.map(({ id, tone, text, action }) => (
        <div key={id} class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
          <span>{text}</span>
          {action && (
            <Button
              onClick={() => {
                action.run()
                notices.dismiss(id)
              }}
            >
              {action.name}
            </Button>
          )}
          <Button icon="close" tone="quiet" label="Dismiss" onClick={() => notices.dismiss(id)} />
        </div>
      ))}
    </div>
  )
}
