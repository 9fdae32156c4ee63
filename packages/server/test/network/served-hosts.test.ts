/** The hosts to which a server responds, and the HSM of each. */

import { describe, expect, it } from 'vitest'
import { hostsOf } from '../../src/hsms/hosts.ts'
import { testServers } from '../test-server.ts'

const { start } = testServers()

const json = { kty: 'EC' }

describe('a server with one name', () => {
  it.each(['contoso', 'localhost:1', 'other.localhost', '[::1]', 'fabrikam.vault.azure.net'])(
    'serves its HSM under %s',
    async (host) => {
      const server = await start({ names: ['contoso'], http: true })
      await server.send('POST /keys/a/create', { json })
      const answer = await server.send('GET /keys', { headers: { host } })
      expect(answer.json.value).toHaveLength(1)
    },
  )

  it('has a certificate for each host of the name', async () => {
    const server = await start({ names: ['contoso'] })
    for (const servername of hostsOf('contoso', 'managed-hsm')) {
      expect((await server.send('GET /keys', { servername })).status).toBe(200)
    }
  })

  it('has no certificate for other hosts', async () => {
    const server = await start({ names: ['contoso'] })
    const asked = server.send('GET /keys', { servername: 'fabrikam.managedhsm.azure.net' })
    await expect(asked).rejects.toThrow(/does not match/)
  })
})

describe('a server with several names', () => {
  const names = ['contoso', 'Fabrikam', 'keys.example.org']
  const at = (host: string) => ({ headers: { host } })

  it('has an HSM for each, by host and whatever the port', async () => {
    const server = await start({ names, http: true, profile: 'vault-premium' })
    const { port } = new URL(server.url)
    await server.send('POST /keys/a/create', { json, ...at(`contoso.localhost:${port}`) })
    const lengths = [
      'contoso',
      'contoso.vault.azure.net:443',
      'FABRIKAM.localhost',
      'keys.example.org',
    ]
    const lists = await Promise.all(lengths.map((host) => server.send('GET /keys', at(host))))
    expect(lists.map((list) => list.json.value.length)).toEqual([1, 1, 0, 0])
  })

  it('has an address for each in `urls`, where it responds', async () => {
    const server = await start({ names, http: true })
    const { port } = new URL(server.url)
    expect(server.urls).toEqual({
      contoso: `http://contoso.localhost:${port}`,
      Fabrikam: `http://fabrikam.localhost:${port}`,
      'keys.example.org': `http://keys.example.org:${port}`,
    })
    for (const url of Object.values(server.urls)) {
      const { host } = new URL(url)
      expect((await server.send('GET /keys', at(host))).status).toBe(200)
    }
  })

  it('has none for another host, and the error lists the hosts', async () => {
    const server = await start({ names, http: true })
    const answer = await server.send('GET /keys')
    expect(answer.status).toBe(404)
    expect(answer.json.error.message).toMatch(
      /^There is no HSM at 127\.0\.0\.1:\d+\. The HSMs of this server are: contoso \(contoso\.managedhsm\.azure\.net, contoso\.localhost, contoso\), Fabrikam \(/,
    )
  })

  it('has other keys in each, although there is one seed', async () => {
    const server = await start({ names, http: true, seed: 'tests' })
    const hosts = ['contoso', 'fabrikam']
    const made = await Promise.all(
      hosts.map((host) => server.send('POST /keys/a/create', { json, ...at(host) })),
    )
    expect(made[0]?.json.key.x).not.toBe(made[1]?.json.key.x)
  })
})

describe('a seed', () => {
  it('gives the same key in every run', async () => {
    const runs = await Promise.all([1, 2].map(() => start({ http: true, seed: 'tests' })))
    const made = await Promise.all(runs.map((run) => run.send('POST /keys/a/create', { json })))
    expect(made[0]?.json.key.x).toBe(made[1]?.json.key.x)
  })
})

describe('the settings of the HSMs', () => {
  it('are those that were given', async () => {
    const server = await start({
      http: true,
      profile: 'vault-premium',
      softDeleteRetentionDays: 7,
      purgeProtection: true,
    })
    const { json: bundle } = await server.send('POST /keys/a/create', { json })
    expect(bundle.attributes).toMatchObject({
      recoverableDays: 7,
      recoveryLevel: 'CustomizedRecoverable',
    })
  })
})

describe('a Host header', () => {
  it.each(['a/b', 'a@b', 'a?b', 'a b', 'localhost:99999', '1.2.3.4.5', 'xn--a'])(
    'of %s is refused',
    async (host) => {
      const server = await start({ http: true })
      const answer = await server.send('GET /keys', { headers: { host } })
      expect(answer.status).toBe(400)
    },
  )

  it('may be an address in brackets', async () => {
    const server = await start({ http: true })
    const answer = await server.send('POST /keys/a/create', {
      json,
      headers: { host: '[::1]:8443' },
    })
    expect(answer.json.key.kid).toMatch('http://[::1]:8443/keys/a/')
  })
})
