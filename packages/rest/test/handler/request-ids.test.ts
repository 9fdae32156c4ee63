/** Request identifiers under a seed. */

import { createHsm, forkHsm } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createHandler, type Handler } from '../../src/index.ts'
import { sender } from '../rest-client.ts'

const handled = (seed: string) => {
  const hsm = createHsm({ seed })
  return { hsm, send: sender(createHandler(hsm), hsm.baseUrl) }
}

type Send = ReturnType<typeof handled>['send']

const idOf = async (send: Send, target: string) =>
  String((await send(target)).headers.get('x-ms-request-id'))

describe('request identifiers', () => {
  it('come from the seed: the same in every run', async () => {
    const { send } = handled('golden')
    const ids = [
      await idOf(send, 'GET /keys'),
      await idOf(send, 'GET /keys'),
      await idOf(send, 'GET /deletedkeys'),
      // A refusal has the Activity ID of its message.
      await idOf(send, 'GET /keys/orders'),
    ]
    expect(new Set(ids).size).toBe(4)
    expect(ids).toMatchInlineSnapshot(`
      [
        "5e78be74-6d39-4745-b46f-004ec8abe19b",
        "6dc89fc4-e48a-49f1-b3d1-4ab4aafd99e2",
        "c847cf52-8050-4760-b433-8ce5d30d314b",
        "dea87eb7-d129-43b0-a756-47b9ae77c327",
      ]
    `)
  })

  it('do not depend on other requests', async () => {
    const [{ send: quiet }, { send: noisy }] = [handled('s'), handled('s')]
    await idOf(noisy, 'GET /deletedkeys')
    await idOf(noisy, 'GET /keys/nobody')
    expect(await idOf(noisy, 'GET /keys')).toBe(await idOf(quiet, 'GET /keys'))
  })

  it('do not depend on the address', async () => {
    const { hsm, send } = handled('s')
    const fork = forkHsm(hsm)
    const local = sender(createHandler(fork), 'https://localhost:8443')
    expect(await idOf(local, 'GET /keys')).toBe(await idOf(send, 'GET /keys'))
  })

  it('are others under another seed', async () => {
    expect(await idOf(handled('s').send, 'GET /keys')).not.toBe(
      await idOf(handled('t').send, 'GET /keys'),
    )
  })

  it('are the same for repeated requests that are not authorized, which count for nothing', async () => {
    const { hsm } = handled('s')
    const [quiet, noisy] = [createHandler(hsm), createHandler(hsm)]
    const idBy = async (handler: Handler, token: string | null) => {
      const { headers } = await sender(handler, hsm.baseUrl)('GET /keys', { token })
      return headers.get('x-ms-request-id')
    }
    expect(await idBy(noisy, null)).toBe(await idBy(noisy, null))
    expect(await idBy(noisy, 'any')).toBe(await idBy(quiet, 'any'))
  })

  it('of a target that was not repeated for 10,000 others begin again', async () => {
    const { send } = handled('s')
    const first = await idOf(send, 'GET /deletedkeys')
    const second = await idOf(send, 'GET /deletedkeys')
    expect(second).not.toBe(first)
    for (let i = 0; i < 10_000; i += 1) await send(`GET /x${i}`)
    expect(await idOf(send, 'GET /deletedkeys')).toBe(first)
  })

  it('count without a seed', async () => {
    const hsm = createHsm()
    const send = sender(createHandler(hsm), hsm.baseUrl)
    const ids = [await idOf(send, 'GET /keys'), await idOf(send, 'GET /keys')]
    expect(ids.map((id) => id.slice(-12))).toEqual(['000000000001', '000000000002'])
  })
})
