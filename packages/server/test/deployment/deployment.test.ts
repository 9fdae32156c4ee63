/** The Dockerfile, the compose file and the systemd unit, as far as they can be tried without Docker and systemd. */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { define } from '../../src/command/serve.ts'
import { readEnvironment, variableOf } from '../../src/command/shared/environment.ts'
import { createDatabaseMetrics } from '../../src/ops/database-metrics.ts'
import { testServers } from '../test-server.ts'

const { start } = testServers()

const pathOf = (name: string) => fileURLToPath(new URL(`../../../../${name}`, import.meta.url))
const textOf = (name: string) => readFileSync(pathOf(name), 'utf8')

type Environment = Readonly<Record<string, string>>

/** The options that `serve` reads from an environment; an unknown variable or a wrong value throws. */
function optionsFrom(environment: Environment): Readonly<Record<string, unknown>> {
  const command = new Command('serve')
  define(command)
  readEnvironment(command, environment, (text) => {
    throw new Error(text)
  })
  return command.opts()
}

const dockerfile = textOf('Dockerfile').replaceAll(/\\\n/g, ' ')

const imageEnvironment: Environment = Object.fromEntries(
  [...(/^ENV (.*)$/m.exec(dockerfile)?.[1] ?? '').matchAll(/(\S+)=(\S+)/g)].map(
    ([, name, value]) => [name, value],
  ),
)

describe('the Dockerfile', () => {
  it('sets variables of serve', () => {
    expect(optionsFrom(imageEnvironment)).toEqual({
      certificates: '/certificates',
      opsPort: 9464,
    })
  })

  it('starts a command that there is, as a user without privileges', () => {
    const [, main = ''] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]')
    const { bin } = JSON.parse(textOf('packages/server/package.json'))
    expect(main).toBe(bin['pocket-hsm'].replace('./', '/app/'))
    expect(JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] ?? '[]')).toEqual(['serve'])
    expect(dockerfile).toMatch(/^FROM \S+:nonroot$/m)
  })

  it('has a health check that succeeds once the server is ready, and fails without one', async () => {
    const [, words = '[]'] = /^HEALTHCHECK .*? CMD (\[.*\])$/m.exec(dockerfile) ?? []
    const [node, ...rest] = JSON.parse(words) as readonly string[]
    expect(node).toBe('/nodejs/bin/node')
    const exitCode = async (port: string) => {
      const env = { ...process.env, POCKET_HSM_OPS_PORT: port }
      const child = spawn(process.execPath, [...rest], { env, stdio: 'inherit' })
      return (await once(child, 'exit'))[0]
    }
    const server = await start({ http: true, opsPort: 0 })
    const { port } = new URL(String(server.opsUrl))
    expect(await exitCode(port)).toBe(0)
    // The service is not the listener for operators.
    expect(await exitCode(new URL(server.url).port)).toBe(1)
    await server.close()
    expect(await exitCode(port)).toBe(1)
  })
})

describe('the compose file', () => {
  const { services, secrets, volumes } = parse(textOf('docs/docker-compose.yaml'), { strict: true })
  const { hsm, tests } = services

  it('sets variables of serve, on top of those of the image', () => {
    const environment = { ...imageEnvironment, ...hsm.environment }
    expect(optionsFrom(environment)).toEqual({
      certificates: '/certificates',
      host: '0.0.0.0',
      force: true,
      name: ['hsm.test'],
      state: '/state/hsm.state',
      log: 'json',
      opsHost: '0.0.0.0',
      opsPort: 9464,
      control: true,
      controlTokenFile: '/run/secrets/control-token',
    })
  })

  it('has texts as values, which YAML does not read as something else', () => {
    for (const value of Object.values({ ...hsm.environment, ...tests.environment })) {
      expect(value).toBeTypeOf('string')
    }
  })

  it('publishes no port, as tokens are not verified', () => {
    expect(hsm.ports).toBeUndefined()
    expect(hsm.networks.default.aliases).toEqual([new URL(tests.environment.HSM_URL).hostname])
  })

  it('starts the tests once the server is ready, with the certificate that it makes', () => {
    expect(tests.depends_on.hsm.condition).toBe('service_healthy')
    const places = [...hsm.volumes, ...tests.volumes].map((volume: string) => volume.split(':'))
    for (const [name = ''] of places) expect(Object.keys(volumes)).toContain(name)
    expect(places.filter(([name]) => name === 'certificates')).toEqual([
      ['certificates', '/certificates'],
      ['certificates', '/certificates', 'ro'],
    ])
    for (const name of [...hsm.secrets, ...tests.secrets]) expect(secrets).toHaveProperty(name)
  })

  it('has a program in place of the tests that is valid JavaScript', () => {
    const [node, flag, program] = tests.command
    expect([node, flag]).toEqual(['node', '--eval'])
    const checked = spawnSync(process.execPath, ['--check', '-'], { input: program })
    expect(String(checked.stderr)).toBe('')
  })
})

describe('the systemd unit', () => {
  const unit = textOf('docs/pocket-hsm.service')

  it('sets variables of serve', () => {
    const lines = [...unit.matchAll(/^Environment=(\w+)=(.*)$/gm)]
    const environment = Object.fromEntries(lines.map(([, name, value]) => [name, value]))
    expect(optionsFrom(environment)).toEqual({
      certificates: '/var/lib/pocket-hsm/certificates',
      state: '/var/lib/pocket-hsm/hsm.state',
      log: 'json',
      opsPort: 9464,
    })
    expect(unit).toMatch(/^StateDirectory=pocket-hsm$/m)
  })

  const systemd = spawnSync('systemd-analyze', ['--version'])
  it.skipIf(systemd.error !== undefined)('is one that systemd-analyze accepts', () => {
    const { status, stderr } = spawnSync('systemd-analyze', [
      'verify',
      pathOf('docs/pocket-hsm.service'),
    ])
    expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' })
  })
})

describe('docs/server.md', () => {
  it('names variables that there are', () => {
    const command = new Command('serve')
    define(command)
    const others = ['POCKET_HSM_STATE_KEY', 'POCKET_HSM_']
    const known = new Set([...command.options.map(variableOf), ...others])
    const named = [...textOf('docs/server.md').matchAll(/POCKET_HSM_[A-Z_]*/g)].map(
      ([name]) => name,
    )
    expect(named.length).toBeGreaterThan(15)
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  it('names every metric of the server, and none that there is not', async () => {
    const server = await start({ http: true, opsPort: 0 })
    const registry = new Registry()
    createDatabaseMetrics([registry])
    const pages = [
      await (await fetch(`${server.opsUrl}/metrics`)).text(),
      // Those of a server with a database.
      await registry.metrics(),
    ]
    const there = [...pages.join('\n').matchAll(/^# TYPE (pocket_hsm_\w+) /gm)].map(
      ([, name]) => name,
    )
    const named = [...textOf('docs/server.md').matchAll(/`(pocket_hsm_\w+)/g)].map(
      ([, name]) => name,
    )
    expect([...new Set(named)].sort()).toEqual([...there].sort())
  })
})
