/**
 * The conformance suite through the REST handler; and, where two environment variables name one, through the wire of
 * a real vault or HSM: each failure there is a difference. Names get a prefix of their own, and are purged afterwards.
 * Nobody moves the clock of a real service: what needs that is reported too.
 */

import { randomBytes } from 'node:crypto'
import { createHsm, type Hsm, type ProfileName } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import {
  engineOptions,
  type MakeSubject,
  type Subject,
} from '../../../hsm/test/conformance/subject.ts'
import { describeConformance } from '../../../hsm/test/conformance/suite.ts'
import { createHandler } from '../../src/index.ts'
import { type Live, liveFromEnvironment, prefixed } from '../live-service.ts'
import { PREVIEW, restService, seenRefusal } from '../rest-service.ts'

const BASE_URL = 'https://pocket.test'
const START = 1_700_000_000

const handler: MakeSubject = (options) => {
  const clock = { seconds: START }
  const hsm: Hsm = createHsm({
    seed: 'pocket-hsm tests',
    clock: () => clock.seconds * 1000,
    ...engineOptions(options),
  })
  const answer = createHandler(hsm)
  return {
    service: restService(answer, BASE_URL, 'any'),
    preview: restService(answer, BASE_URL, 'any', PREVIEW),
    baseUrl: BASE_URL,
    seenRefusal,
    passTime: (seconds) => {
      clock.seconds += seconds
    },
  }
}

/** A part of a service that somebody owns: names with a prefix that nobody else has. */
export function livePart(
  { url, token }: Live,
  fetch: (request: Request) => Promise<Response>,
): Subject {
  const own = prefixed(fetch, `pocket-${randomBytes(6).toString('hex')}-`)
  const service = restService(own, url, token)
  return {
    service,
    preview: restService(own, url, token, PREVIEW),
    baseUrl: url,
    seenRefusal,
    passTime: () => {
      throw new Error('Not tried: the clock of a real service cannot be moved.')
    },
    close: async () => {
      for (const { kid } of (await service.listKeys()).value) await service.deleteKey(lastOf(kid))
      for (const { kid } of (await service.listDeletedKeys()).value) {
        await service.purgeDeletedKey(lastOf(kid))
      }
    },
  }
}

const lastOf = (kid: string): string => String(kid.split('/').at(-1))

describeConformance('the REST handler', 'managed-hsm', handler)
describeConformance('the REST handler', 'vault-premium', handler)

const live = liveFromEnvironment(process.env)
if (live) {
  const profile: ProfileName = /managedhsm/.test(live.url) ? 'managed-hsm' : 'vault-premium'
  describeConformance(live.url, profile, ({ attestationKeys }) => {
    if (attestationKeys === undefined) return livePart(live, fetch)
    throw new Error('Not tried: a real service does not trust the attestation authority of a test.')
  })
}

describe('a part of a service that somebody owns', () => {
  const owned = createHandler(createHsm())
  const part = () => livePart({ url: BASE_URL, token: 'any' }, owned)

  it('has no keys but its own, under the names that were asked for', async () => {
    const mine = restService(owned, BASE_URL, 'any')
    await mine.createKey('users-own', { kty: 'EC' })
    const { service, close } = part()
    const { key } = await service.createKey('k', { kty: 'EC' })
    expect(key.kid).toMatch(/^https:\/\/pocket\.test\/keys\/k\/[0-9a-f]{32}$/)
    expect(await service.getKey(key.kid)).toMatchObject({ key })
    expect((await service.listKeys()).value).toHaveLength(1)
    expect((await mine.listKeys()).value).toHaveLength(2)
    await close?.()
    expect((await mine.listKeys()).value).toHaveLength(1)
    expect((await mine.listDeletedKeys()).value).toEqual([])
  })

  it('is there only where both variables are', () => {
    const both = { POCKET_HSM_LIVE_URL: 'https://a.test/', POCKET_HSM_LIVE_TOKEN: 't' }
    expect(liveFromEnvironment(both)).toEqual({ url: 'https://a.test', token: 't' })
    expect(liveFromEnvironment({ POCKET_HSM_LIVE_URL: 'https://a.test/' })).toBeUndefined()
  })
})
