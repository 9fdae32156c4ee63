import type { Hsm } from 'pocket-hsm'
import { createKey, deleteKey, getKey, listKeys, sign, updateKey } from 'pocket-hsm'
import { expect, it } from 'vitest'
import { changingQueries, describeDatabases } from '../support/databases.ts'

const names = ['orders']
const digest = new Uint8Array(32)

describeDatabases('a request', ({ newSchema }) => {
  it.each<[string, number, (hsm: Hsm) => unknown]>([
    ['getKey', 1, (hsm) => getKey(hsm, 'orders')],
    ['sign', 1, (hsm) => sign(hsm, 'orders', { alg: 'ES256', value: digest })],
    ['updateKey', 2, (hsm) => updateKey(hsm, 'orders', { tags: { a: '1' } })],
    ['createKey of another version', 2, (hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' })],
    ['deleteKey', 2, (hsm) => deleteKey(hsm, 'orders')],
    // The first finds out which page.
    ['listKeys', 2, (hsm) => listKeys(hsm)],
  ])('of %s costs %d round trips', async (_, expected, work) => {
    let statements = 0
    const database = await newSchema().openThrough(
      changingQueries((run) => (text, values) => {
        statements += 1
        return run(text, values)
      }),
    )
    const store = await database.openHsm('contoso')
    await store.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }), { names })
    statements = 0
    await store.run(work, { names })
    expect(statements).toBe(expected)
  })

  it('of createKey that is done once costs 3 round trips', async () => {
    let statements = 0
    const database = await newSchema().open({
      observe: ({ kind }) => {
        if (kind === 'statement') statements += 1
      },
    })
    const store = await database.openHsm('contoso')
    statements = 0
    await store.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }).key.kid ?? '', {
      names,
      once: { id: 'a', toText: (kid) => kid, fromText: (kid) => kid, isAwaited: () => true },
    })
    expect(statements).toBe(3)
  })

  it('sends no key that this process has open', async () => {
    const sizes: number[] = []
    const database = await newSchema().openThrough(
      changingQueries((run) => async (text, values) => {
        const result = await run(text, values)
        sizes.push(
          result.rows.reduce<number>(
            (sum, row) => sum + Number(Object(Object(row)['bytes'])['length'] ?? 0),
            0,
          ),
        )
        return result
      }),
    )
    const store = await database.openHsm('contoso')
    await store.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }), { names })
    sizes.length = 0
    await store.run((hsm) => getKey(hsm, 'orders'), { names })
    expect(sizes).toEqual([0])
  })
})
