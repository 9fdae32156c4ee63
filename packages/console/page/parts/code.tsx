/** Texts to be copied, and calls in several languages. */

import type { JSX } from 'preact'
import type { Call } from '../snippets/call.ts'
import { LANGUAGES, type Language, snippetOf } from '../snippets/snippets.ts'
import { CopyButton } from './button.tsx'
import { useStore } from './store-context.ts'
import { Tabs } from './tabs.tsx'

/** A text in a fixed-width font. It can be scrolled with the keyboard. */
export function Code({
  text,
  label,
  isWrapped = false,
  isCopied = true,
}: {
  readonly text: string
  readonly label: string
  /** Breaks long lines instead of scrolling: for bytes. */
  readonly isWrapped?: boolean
  /** Whether it has a button that copies it; some have it elsewhere. */
  readonly isCopied?: boolean
}): JSX.Element {
  return (
    <div class={`code-block${isWrapped ? ' wrapped' : ''}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable with the keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a section would be no preformatted text */}
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{text}</code>
      </pre>
      {isCopied && <CopyButton text={text} what={label} />}
    </div>
  )
}

/** A call as az, JavaScript, Python and curl. */
export function Snippets({ call }: { readonly call: Call }): JSX.Element {
  const { connection, preferences, source } = useStore()
  const { language } = preferences
  const label = `the call for ${LANGUAGES[language.value]}`
  const text = snippetOf(language.value, call, {
    origin: source.origin,
    bearer: connection.overview.value?.auth === 'jwt' ? '$TOKEN' : 'any',
  })
  return (
    <Tabs
      label="The same call elsewhere"
      value={language.value}
      tabs={Object.entries(LANGUAGES) as readonly (readonly [Language, string])[]}
      onChange={(next) => {
        language.value = next
      }}
      actions={<CopyButton text={text} what={label} />}
    >
      <Code text={text} label={label} isCopied={false} />
    </Tabs>
  )
}

/** The call of a dialog, folded away until somebody wants it. */
export function CallDetails({ call }: { readonly call: Call }): JSX.Element {
  return (
    <details class="call-details">
      <summary>The same call as az, JavaScript, Python, curl</summary>
      <Snippets call={call} />
    </details>
  )
}
