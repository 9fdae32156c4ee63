/** Requests that clients send again because they never learnt how they ended. */

import { createHash } from 'node:crypto'
import { createKey, type Hsm, HsmError, listKeyVersions, rotateKey } from 'pocket-hsm'
import { expect, it } from 'vitest'
import type { HsmStore, RunOnce } from '../../src/index.ts'
import { changingQueries, describeDatabases, sqlError } from '../support/databases.ts'

const names = ['orders']

const onceOf = (id: string, isAwaited = true): RunOnce<string> => ({
  id,
  toText: (kid) => kid,
  fromText: (text) => text,
  isAwaited: () => isAwaited,
})

const createIn = (hsm: Hsm): string => createKey(hsm, 'orders', { kty: 'EC-HSM' }).key.kid ?? ''

const create = (store: HsmStore, once?: RunOnce<string>): Promise<string> =>
  store.run(createIn, { names, once })

const versions = (store: HsmStore) =>
  store.run((hsm) => listKeyVersions(hsm, 'orders').value.length, { names })

describeDatabases('a request that is sent again', ({ newSchema }) => {
  const scene = async () => {
    const schema = newSchema()
    const [one, other] = [await schema.open(), await schema.open()]
    const rows = () => schema.query(`select * from ${schema.schema}.repeats`)
    return {
      schema,
      rows,
      one: await one.openHsm('contoso'),
      other: await other.openHsm('contoso'),
      database: one,
    }
  }

  it('adds no second version if nobody learnt the result, and has that result in every server', async () => {
    const { one, other, rows } = await scene()
    const kid = await create(one, onceOf('a', false))
    expect(await rows()).toHaveLength(1)
    expect(await create(other, onceOf('a'))).toBe(kid)
    expect(await versions(one)).toBe(1)
  })

  it('is another request once the result was there for the client, whatever identifier it has', async () => {
    const { one, other, rows } = await scene()
    const kids = [await create(one, onceOf('a')), await create(other, onceOf('a'))]
    kids.push(await create(one, onceOf('a', false)))
    // The repetition has its result, so a further one is another request.
    expect(await create(one, onceOf('a'))).toBe(kids[2])
    kids.push(await create(one, onceOf('a')))
    expect(new Set(kids).size).toBe(4)
    expect(await versions(one)).toBe(4)
    expect(await rows()).toEqual([])
  })

  it('is not the request of another identifier, nor one to another HSM', async () => {
    const { one, database } = await scene()
    const first = await create(one, onceOf('a', false))
    expect(await create(one, onceOf('b'))).not.toBe(first)
    const fabrikam = await database.openHsm('fabrikam')
    expect(await create(fabrikam, onceOf('a'))).not.toBe(first)
    expect(await versions(fabrikam)).toBe(1)
  })

  it('waits for the same request in another server', async () => {
    const { one, other } = await scene()
    const kids = await Promise.all([
      create(one, onceOf('a', false)),
      create(other, onceOf('a', false)),
    ])
    expect(kids[0]).toBe(kids[1])
    expect(await versions(one)).toBe(1)
  })

  it('runs if the first has failed, or changed nothing', async () => {
    const { one, other, rows } = await scene()
    const failing = one.run(
      (hsm) => {
        createIn(hsm)
        throw new Error('refused')
      },
      { names, once: onceOf('a', false) },
    )
    await expect(failing).rejects.toThrow('refused')
    await other.run(() => 'nothing', { names, once: onceOf('a', false) })
    const unfit: RunOnce<string> = { ...onceOf('b', false), toText: () => undefined }
    await create(other, unfit)
    expect(await rows()).toEqual([])
    await create(other, onceOf('a'))
    expect(await versions(one)).toBe(2)
  })

  it('adds no second version after the answer of the database was lost for good', async () => {
    const schema = newSchema()
    let isCut = false
    const cut = await schema.openThrough(
      changingQueries((run) => async (text, values) => {
        if (isCut) throw sqlError('57P01')
        const result = await run(text, values)
        if (!/^select .*commit_changes\(/.test(text)) return result
        isCut = true
        throw sqlError('57P01')
      }),
      { resolveSeconds: 0 },
    )
    const lost = await create(await cut.openHsm('contoso'), onceOf('a')).catch((error) => error)
    expect(lost).toBeInstanceOf(HsmError)
    expect(lost).toMatchObject({ status: 503, innerCode: 'OutcomeUnknown' })
    const other = await (await schema.open()).openHsm('contoso')
    const kid = await create(other, onceOf('a'))
    expect(kid).toMatch(/\/keys\/orders\//)
    expect(await versions(other)).toBe(1)
  })

  it('is forgotten after an hour', async () => {
    const { one, rows, schema, database } = await scene()
    const first = await create(one, onceOf('old', false))
    await create(one, onceOf('young', false))
    await schema.query(
      `update ${schema.schema}.repeats set written_at = written_at - interval '61 minutes'
        where request = decode('${createHash('sha256').update('old').digest('hex')}', 'hex')`,
    )
    await database.sweep()
    expect(await rows()).toHaveLength(1)
    expect(await create(one, onceOf('old'))).not.toBe(first)
  })

  it('has a result that nobody reads without the state key, and that cannot be moved', async () => {
    const { one, other, schema } = await scene()
    await create(one, onceOf('a', false))
    await one.run((hsm) => rotateKey(hsm, 'orders').key.kid ?? '', {
      names,
      once: onceOf('b', false),
    })
    const [row] = await schema.query(
      `select encode(result, 'escape') as text from ${schema.schema}.repeats limit 1`,
    )
    expect(row?.['text']).not.toContain('orders')
    await schema.query(
      `update ${schema.schema}.repeats r set result = o.result from ${schema.schema}.repeats o where o.request <> r.request`,
    )
    const refused = create(other, onceOf('a'))
    await expect(refused).rejects.toMatchObject({ status: 500, innerCode: 'DamagedRow' })
    expect(await versions(other)).toBe(2)
  })

  it.each([
    [{ id: 7 }, /once/],
    [{ ids: 'a' }, /Did you mean "once.id"/],
    [{ id: 'a', toText: () => 'a' }, /once.*fromText/],
    ['a', /once/],
  ])('is refused if it is described wrongly: %j', async (once, text) => {
    const { one, rows } = await scene()
    await expect(create(one, once as never)).rejects.toThrow(text)
    expect(await rows()).toEqual([])
  })
})
