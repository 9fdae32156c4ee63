/** In the page: another HSM in the place of the present one. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { SelectField } from '../../parts/field.tsx'
import { Panel } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import type { StartChoice } from '../../source/source.ts'

/** Chooses what to begin with. */
export function StartOverPanel({
  startOver,
}: {
  readonly startOver: (choice: StartChoice) => void
}): JSX.Element {
  const { changes, connection, notices } = useStore()
  const [profile, setProfile] = useState<StartChoice['profile']>('managed-hsm')
  const [content, setContent] = useState<StartChoice['content']>('examples')
  const begin = async () => {
    // The button is drawn as busy before the page is.
    await new Promise((resolve) => setTimeout(resolve, 30))
    startOver({ profile, content })
    changes.undoPoints.value = []
    connection.restart()
    notices.show({ tone: 'good', text: 'Started over' })
  }
  return (
    <Panel title="Start over">
      <p class="quiet">The engine runs in this page. Its keys are gone when you leave it.</p>
      <div class="two">
        <SelectField
          label="Service"
          value={profile}
          options={[
            ['managed-hsm', 'Managed HSM'],
            ['vault-premium', 'Vault, premium'],
            ['vault-standard', 'Vault, standard'],
          ]}
          onChange={(value) => setProfile(value as StartChoice['profile'])}
        />
        <SelectField
          label="Keys"
          value={content}
          options={[
            ['examples', 'Examples'],
            ['empty', 'None'],
            ['many', '10,000 keys'],
          ]}
          onChange={(value) => setContent(value as StartChoice['content'])}
        />
      </div>
      <Button onClick={begin}>Start over</Button>
    </Panel>
  )
}
