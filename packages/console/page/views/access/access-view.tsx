/** Who may do what in a Managed HSM, and its security domain. */

import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { newGuid } from '../../host.ts'
import { Button } from '../../parts/button.tsx'
import { Code } from '../../parts/code.tsx'
import { SelectField, TextField } from '../../parts/field.tsx'
import { Empty, Facts, Panel, Pill, ViewHeader } from '../../parts/panel.tsx'
import { useStore } from '../../parts/store-context.ts'
import type { ApiError } from '../../source/api.ts'
import { profileOf } from '../keys/create-key-dialog.tsx'

interface Definition {
  readonly id: string
  readonly name: string
  readonly properties: {
    readonly roleName: string
    readonly description: string
    readonly type: string
    readonly permissions: readonly { readonly dataActions: readonly string[] }[]
  }
}

interface Assignment {
  readonly id: string
  readonly name: string
  readonly properties: {
    readonly principalId: string
    readonly roleDefinitionId: string
    readonly scope: string
  }
}

interface Roles {
  readonly definitions: readonly Definition[]
  readonly assignments: readonly Assignment[]
}

const DEFINITIONS = '/providers/Microsoft.Authorization/roleDefinitions'
const ASSIGNMENTS = '/providers/Microsoft.Authorization/roleAssignments'

/** The view of roles and the security domain. */
export function AccessView(): JSX.Element {
  const { connection } = useStore()
  const header = (
    <ViewHeader title="Access" text="Local roles of a Managed HSM, and its security domain." />
  )
  if (profileOf(connection) !== 'managed-hsm') {
    return (
      <>
        {header}
        <Empty icon="access" title="A vault has neither local roles nor a security domain">
          <p class="quiet">Azure decides about access to it.</p>
        </Empty>
      </>
    )
  }
  return (
    <>
      {header}
      <div class="columns">
        <RolesPanels />
        <SecurityDomainPanel />
      </div>
    </>
  )
}

function RolesPanels(): JSX.Element {
  const { api, connection, identity } = useStore()
  const [roles, setRoles] = useState<Roles | undefined>(undefined)
  const [error, setError] = useState<ApiError | undefined>(undefined)
  const [round, setRound] = useState(0)
  const { caller } = identity.value
  const activation = connection.status.value?.activation
  // Read again after a change, for another caller, once activated.
  useEffect(() => {
    const list = <Item,>(path: string) =>
      api.send<{ readonly value: readonly Item[] }>({ method: 'GET', path })
    Promise.all([list<Definition>(DEFINITIONS), list<Assignment>(ASSIGNMENTS)]).then(
      ([definitions, assignments]) => {
        setRoles({ definitions: definitions.value, assignments: assignments.value })
        setError(undefined)
      },
      setError,
    )
  }, [api, round, caller, activation])
  if (error !== undefined) {
    return (
      <Panel title="Role assignments">
        <Pill tone="bad">
          {error.status} {error.code}
        </Pill>
        <p>{error.message}</p>
        <p class="hint">
          You are {caller}. Choose somebody with a role in the menu “Acting as” at the top.
        </p>
      </Panel>
    )
  }
  if (roles === undefined) return <Panel title="Role assignments">Reading roles…</Panel>
  return (
    <>
      <AssignmentsPanel roles={roles} onChange={() => setRound(round + 1)} />
      <DefinitionsPanel definitions={roles.definitions} />
    </>
  )
}

function AssignmentsPanel({
  roles: { definitions, assignments },
  onChange,
}: {
  readonly roles: Roles
  readonly onChange: () => void
}): JSX.Element {
  const { api, changes, preferences } = useStore()
  const [principal, setPrincipal] = useState('')
  const [role, setRole] = useState(definitions[0]?.id ?? '')
  const [scope, setScope] = useState('/keys')
  const disabled = preferences.isReadOnly.value
  const nameOf = (id: string) =>
    definitions.find((each) => each.id === id)?.properties.roleName ?? id
  const assign = async () => {
    const name = newGuid()
    const properties = { principalId: principal, roleDefinitionId: role }
    const path = `${scope === '/' ? '' : scope}${ASSIGNMENTS}/${name}`
    const made = await changes.make(`Gave ${principal} the role ${nameOf(role)}`, () =>
      api.send({ method: 'PUT', path, body: { properties } }),
    )
    if (made !== undefined) setPrincipal('')
    onChange()
  }
  const remove = async ({ name, properties }: Assignment) => {
    const own = properties.scope === '/' ? '' : properties.scope
    await changes.make(`Took a role from ${properties.principalId}`, () =>
      api.send({ method: 'DELETE', path: `${own}${ASSIGNMENTS}/${name}` }),
    )
    onChange()
  }
  return (
    <Panel title={`Role assignments (${assignments.length})`}>
      {assignments.length === 0 ? (
        <p class="quiet">
          None. Without <code>--rbac</code> every caller may do everything, whatever the roles.
        </p>
      ) : (
        <ul class="rows-list">
          {assignments.map((each) => (
            <li key={each.id}>
              <span>
                <strong>{nameOf(each.properties.roleDefinitionId)}</strong> at{' '}
                <span class="code">{each.properties.scope}</span>
                <br />
                <span class="code quiet">{each.properties.principalId}</span>
              </span>
              <Button
                icon="trash"
                tone="quiet"
                label={`Take the role from ${each.properties.principalId}`}
                disabled={disabled}
                onClick={() => remove(each)}
              />
            </li>
          ))}
        </ul>
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void assign()
        }}
      >
        <TextField
          label="Object id"
          value={principal}
          required={true}
          placeholder="console"
          onInput={setPrincipal}
        />
        <div class="two">
          <SelectField
            label="Role"
            value={role}
            options={definitions.map(({ id, properties }) => [id, properties.roleName] as const)}
            onChange={setRole}
          />
          <TextField
            label="Scope"
            value={scope}
            pattern="/(keys(/[0-9a-zA-Z\-]+)?)?"
            hint="/, /keys or /keys/name"
            onInput={setScope}
          />
        </div>
        <Button type="submit" disabled={disabled || principal === ''}>
          Assign
        </Button>
      </form>
    </Panel>
  )
}

function DefinitionsPanel({
  definitions,
}: {
  readonly definitions: readonly Definition[]
}): JSX.Element {
  return (
    <Panel title={`Roles (${definitions.length})`}>
      {definitions.map(({ id, properties }) => (
        <details key={id}>
          <summary>
            {properties.roleName}{' '}
            {!/built/i.test(properties.type) && <Pill tone="info">custom</Pill>}
          </summary>
          <p class="quiet">{properties.description}</p>
          <Code
            text={properties.permissions.flatMap(({ dataActions }) => dataActions).join('\n')}
            label={`the data actions of ${properties.roleName}`}
          />
        </details>
      ))}
    </Panel>
  )
}

function SecurityDomainPanel(): JSX.Element {
  const { connection } = useStore()
  const { value: status } = connection.status
  const isActive = status?.activation === 'Active'
  return (
    <Panel title="Security domain">
      <Facts
        rows={[
          [
            'Activation',
            <Pill key="activation" tone={isActive ? 'good' : 'warn'}>
              {isActive ? 'Active' : 'Not activated'}
            </Pill>,
          ],
        ]}
      />
      <p class="quiet">
        {isActive
          ? 'Keys, backups and snapshots are under this domain. Download it again with:'
          : 'The HSM refuses everything else until its security domain was downloaded:'}
      </p>
      <Code
        label="the command that downloads the security domain"
        text={`az keyvault security-domain download --hsm-name ${connection.hsm.value || 'contoso'} \\
  --sd-wrapping-keys cert_0.cer cert_1.cer cert_2.cer --sd-quorum 2 \\
  --security-domain-file domain.json`}
      />
    </Panel>
  )
}
