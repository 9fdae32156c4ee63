/** Options of `serve` from the environment. */

import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { define } from '../../../src/command/serve.ts'
import { readEnvironment, variableOf } from '../../../src/command/shared/environment.ts'

/** `serve` after its command line was parsed, without its action. */
function parsed(words: readonly string[], environment: Readonly<Record<string, string>>) {
  const command = new Command('serve').exitOverride()
  define(command)
  command.action(() => {})
  // The hook of the command reads the environment of the process, which has none of these variables.
  command.parse([...words], { from: 'user' })
  const warnings: string[] = []
  readEnvironment(command, environment, (text) => warnings.push(text))
  return { options: command.opts(), warnings, command }
}

describe('a variable', () => {
  it('gives an option its value, and the command line wins', () => {
    const environment = { POCKET_HSM_PORT: '18443', POCKET_HSM_HOST: '::1' }
    expect(parsed(['--port', '28443'], environment).options).toEqual({ port: 28443, host: '::1' })
  })

  it('gives a repeatable option several values, and the command line replaces them', () => {
    const environment = { POCKET_HSM_NAME: 'contoso, fabrikam' }
    expect(parsed([], environment).options).toEqual({ name: ['contoso', 'fabrikam'] })
    expect(parsed(['--name', 'one'], environment).options).toEqual({ name: ['one'] })
  })

  it.each([
    ['true', true],
    ['1', true],
    ['ON', true],
    ['yes', true],
    ['false', false],
    ['0', false],
    ['off', false],
    ['no', false],
  ])('turns a switch on or off: %s', (text, value) => {
    expect(parsed([], { POCKET_HSM_CONTROL: text }).options).toEqual({ control: value })
  })

  it('that is empty gives nothing', () => {
    expect(parsed([], { POCKET_HSM_SEED: '', POCKET_HSM_CONTROL: '' })).toMatchObject({
      options: {},
      warnings: [],
    })
  })

  it.each([
    ['POCKET_HSM_PORT', '84x', /^POCKET_HSM_PORT is 84x\. It must be a whole number from 0/],
    ['POCKET_HSM_PORT', '65536', /from 0 to 65535/],
    ['POCKET_HSM_LOG', 'xml', /^POCKET_HSM_LOG is xml\. Allowed choices are off, text, json\./],
    ['POCKET_HSM_LOG_LEVEL', 'trace', /Allowed choices are debug, info, warn, error\./],
    ['POCKET_HSM_PROFILE', 'vault', /Allowed choices are managed-hsm/],
    ['POCKET_HSM_CONTROL', 'maybe', /^POCKET_HSM_CONTROL must be true or false, not maybe\./],
  ])('that is wrong is a usage error: %s=%s', (name, value, text) => {
    const run = () => parsed([], { [name]: value })
    expect(run).toThrow(text)
    expect(run).toThrow(expect.objectContaining({ code: 'BadOption' }))
  })

  it('of no option gives a warning', () => {
    const { warnings } = parsed([], { POCKET_HSM_PROT: '1', POCKET: 'x', OTHER: 'x' })
    expect(warnings).toEqual([
      'The environment has POCKET_HSM_PROT, which is the variable of no option.',
    ])
  })

  it('that another command reads gives none', () => {
    const names = ['SERVER', 'CA', 'TOKEN', 'STATE_KEY', 'PEM_PASSWORD']
    const environment = Object.fromEntries(names.map((name) => [`POCKET_HSM_${name}`, 'x']))
    expect(parsed([], environment)).toMatchObject({ options: {}, warnings: [] })
  })

  it('that Kubernetes sets for a service of the name pocket-hsm is ignored', () => {
    const environment = {
      POCKET_HSM_PORT: 'tcp://10.0.0.1:8443',
      POCKET_HSM_SERVICE_HOST: '10.0.0.1',
      POCKET_HSM_SERVICE_PORT: '8443',
      POCKET_HSM_SERVICE_PORT_HTTPS: '8443',
      POCKET_HSM_PORT_8443_TCP: 'tcp://10.0.0.1:8443',
      POCKET_HSM_PORT_8443_TCP_ADDR: '10.0.0.1',
    }
    expect(parsed([], environment)).toMatchObject({ options: {}, warnings: [] })
  })

  it('with the key of the state is another one than that with its file', () => {
    const { options } = parsed([], { POCKET_HSM_STATE_KEY_FILE: '/run/key' })
    expect(options).toEqual({ stateKey: '/run/key' })
  })
})

it('every option has a variable of its own, but for --print-ca', () => {
  const { command } = parsed([], {})
  const variables = command.options.map(variableOf)
  expect(new Set(variables).size).toBe(variables.length)
  expect(command.options.filter((option) => variableOf(option) === undefined)).toMatchObject([
    { long: '--print-ca' },
  ])
})
