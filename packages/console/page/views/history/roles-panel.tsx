/** Which role would be enough for the calls of a caller or on a key. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { EntryFilter } from '../../model/entries.ts'
import { formatCount } from '../../model/format.ts'
import { Button } from '../../parts/button.tsx'
import { Code } from '../../parts/code.tsx'
import { Panel, Pill } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import type { SuggestedRoles } from '../../source/api.ts'

/** The question, and its answer when it was asked. */
export function RolesPanel({ filter }: { readonly filter: EntryFilter }): JSX.Element {
  const { api, changes } = useStore()
  const [answer, setAnswer] = useState<SuggestedRoles | undefined>(undefined)
  const query = new URLSearchParams()
  if (filter.caller.trim() !== '') query.set('caller', filter.caller.trim())
  if (filter.key.trim() !== '') query.set('key', filter.key.trim())
  const about = [...query].map(([name, value]) => `${name} ${value}`).join(', ')
  const ask = async () => {
    try {
      setAnswer(await api.control<SuggestedRoles>('GET', `/suggested-roles?${query}`))
    } catch (error) {
      changes.report(error)
    }
  }
  return (
    <Panel
      title="Which role would be enough?"
      actions={<Button onClick={ask}>Ask for {about === '' ? 'all calls' : about}</Button>}
    >
      {answer === undefined ? (
        <p class="quiet">
          For the whole trail, or for one caller or one key: fill in the filter with the exact name.
        </p>
      ) : (
        <>
          <p class="quiet">{formatCount(answer.calls, 'call')} looked at.</p>
          {answer.suggestions.map(({ scopes, builtIn, definition }) => (
            <div key={scopes.join()} class="suggestion">
              <p>
                {builtIn ? (
                  <>
                    <strong>{builtIn.roleName}</strong>{' '}
                    {builtIn.otherDataActions.length > 0 && (
                      <Pill tone="warn">
                        allows {formatCount(builtIn.otherDataActions.length, 'more action')}
                      </Pill>
                    )}
                  </>
                ) : (
                  <strong>No built-in role: a role of your own</strong>
                )}{' '}
                at <span class="code">{scopes.join(' ')}</span>
              </p>
              <Code
                text={JSON.stringify(definition, undefined, 2)}
                label="the smallest role definition"
              />
            </div>
          ))}
          {answer.suggestions.length === 0 && <p>No call needs a role.</p>}
        </>
      )}
    </Panel>
  )
}
