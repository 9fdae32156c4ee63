import { createHsm } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createHosts } from '../../src/hsms/hosts.ts'
import { parseSettings } from '../../src/hsms/settings.ts'
import { createServerHosting } from '../../src/management/server-hosting.ts'

const clock = () => 1_700_000_000_000
const domainOf = () => {
  throw new Error('not needed')
}

/** A hosting whose state holds this text about the management plane. */
const restored = (management: string) => {
  const server = { clockOffset: 0, isSeeded: false, management }
  const hsms = new Map([['managed/contoso/1', createHsm()]])
  return createServerHosting({
    hosts: createHosts(parseSettings({ management: true }), { clock }, {}),
    engine: { clock },
    seed: undefined,
    rbac: false,
    state: { hsms, domainOf, server },
  })
}

const state = { groups: {}, hsms: { contoso: { name: 'contoso' } }, operations: [] }

describe('what is stored of a management plane', () => {
  it('has its HSMs back', () => {
    const text = JSON.stringify({ state, storedAs: { contoso: 'managed/contoso/1' } })
    const hosting = restored(text)
    expect(hosting.isTaken('Contoso')).toBe(true)
    expect(hosting.isActivated('contoso')).toBe(true)
    expect(hosting.stored()).toBe(text)
  })

  it.each([
    '',
    '{',
    '7',
    '{}',
    '{"state":{}}',
    JSON.stringify({ state }),
    JSON.stringify({ state, storedAs: {} }),
    JSON.stringify({ state, storedAs: { contoso: 'managed/contoso/2' } }),
    JSON.stringify({ state, storedAs: { contoso: 'contoso' } }),
  ])('is refused when it is damaged or lacks an HSM: %j', (text) => {
    expect(() => restored(text)).toThrow('what it has of the management plane is damaged')
  })
})
