/** Activation and the uploaded security domain of servers that are killed. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import {
  backupKey,
  createDomainWrappingKey,
  createHsm,
  createKey,
  createSecurityDomainUpload,
  downloadSecurityDomain,
  toBase64url,
} from 'pocket-hsm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChildServer, startChild } from './child-server.ts'

const SLOW = process.env['SLOW'] === '1'
const ROUNDS = SLOW ? 60 : 4

let folder: string
const started: ChildServer[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pocket-hsm-kill-activation-'))
})
afterAll(async () => {
  await Promise.all(started.map((server) => server.kill()))
  await rm(folder, { recursive: true, force: true })
})

const KEYS = [1, 2, 3].map(() => createDomainWrappingKey())
const certificates = KEYS.map(({ certificate }) => ({
  x5c: [certificate.replace(/-----[^-]+-----|\n/g, '')],
}))
const lost = createHsm()
createKey(lost, 'orders', { kty: 'oct-HSM' })
const backup = { value: toBase64url(backupKey(lost, 'orders')) }
const domain = downloadSecurityDomain(lost, {
  certificates: KEYS.map(({ certificate }) => certificate),
})

interface Answer {
  readonly status: number
  readonly json: { readonly status?: string; readonly transfer_key?: string }
}

/** Starts a server that needs activation if its state does not have it yet. */
function serve(name: string) {
  const server = startChild({}, '--state', join(folder, name), '--not-activated')
  started.push(server)
  const ask = async (method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${await server.url}${path}?api-version=7.6`, {
      method,
      headers: { authorization: 'Bearer any' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, json: JSON.parse(await response.text()) }
  }
  return { ask, kill: server.kill }
}

type Ask = ReturnType<typeof serve>['ask']

const isActive = async (ask: Ask) => (await ask('GET', '/keys')).status === 200

/** The two ways; `domainWorks` says whether the HSM has the security domain that the way leads to. */
const WAYS = [
  {
    way: 'upload',
    bodyFor: (transferKey: string) => ({
      value: createSecurityDomainUpload(domain, {
        keys: KEYS.slice(1),
        transferKey: JSON.parse(transferKey),
      }),
    }),
    restored: 200,
  },
  { way: 'download', bodyFor: () => ({ certificates, required: 2 }), restored: 400 },
] as const

describe.each(WAYS)(
  'a server whose security domain is there by $way',
  ({ way, bodyFor, restored }) => {
    const path = `/securitydomain/${way}`

    it('is activated after a kill, if it said so, and has the domain; else it is as it was or activated', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const name = `${way}-${round}`
        const first = serve(name)
        const shown = (await first.ask('GET', '/securitydomain/upload')).json.transfer_key ?? ''
        await first.kill()

        const second = serve(name)
        expect(await isActive(second.ask)).toBe(false)
        expect((await second.ask('GET', '/securitydomain/upload')).json.transfer_key).toBe(shown)
        const activation = second.ask('POST', path, bodyFor(shown)).catch(() => undefined)
        // Every other round is killed after the response, the others somewhere before.
        await (round % 2 === 0 ? activation : setTimeout(Math.random() * 30))
        await second.kill()
        const answer = await activation
        if (round % 2 === 0) expect(answer?.status).toBe(202)

        const third = serve(name)
        const isAcknowledged = answer !== undefined
        if (isAcknowledged) expect(await isActive(third.ask)).toBe(true)
        if (!(await isActive(third.ask))) {
          expect((await third.ask('GET', '/securitydomain/upload')).json.transfer_key).toBe(shown)
          expect((await third.ask('POST', path, bodyFor(shown))).status).toBe(202)
        }
        await third.kill()

        const last = serve(name)
        expect(await isActive(last.ask)).toBe(true)
        expect((await last.ask('GET', `${path}/pending`)).json.status).toBe('Success')
        expect((await last.ask('POST', '/keys/restore', backup)).status).toBe(restored)
        await last.kill()
      }
    }, 3_600_000)
  },
)
