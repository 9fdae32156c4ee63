import { createKey, getKey, HsmError, importState } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { type DatabaseOptions, openDatabase } from '../../src/index.ts'
import { MIGRATIONS } from '../../src/schema/migrations.ts'
import { changingQueries, describeDatabases, KEY, sqlError } from '../support/databases.ts'

const innerCodeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error) => (error instanceof HsmError ? String(error.innerCode) : String(error)),
  )

describe('the options of a database', () => {
  it.each([
    [{}, 'The option "key" of openDatabase is missing'],
    [{ key: new Uint8Array(31) }, 'must have 32 bytes, not 31'],
    [
      { key: KEY, uri: 'postgres://x' },
      'Unknown option "uri" of openDatabase. Did you mean "url"?',
    ],
    [{ key: KEY, url: 'mysql://root:secret@x' }, 'must begin with postgres://'],
    [{ key: KEY, schema: 'Public' }, 'lower-case letters'],
    [{ key: KEY, schema: 'a; drop table x' }, 'lower-case letters'],
    [{ key: KEY, schema: 'pg_catalog' }, 'lower-case letters'],
    [{ key: KEY, maxConnections: 0 }, 'a whole number from 1 to 1000'],
    [{ key: KEY, connection: {} }, 'methods query and transaction'],
    [
      { key: KEY, url: 'postgres://x', connection: { query: () => {}, transaction: () => {} } },
      'either url or connection',
    ],
  ])('are refused: %j', async (options, text) => {
    const error = await openDatabase(options as unknown as DatabaseOptions).catch((each) => each)
    expect(error).toBeInstanceOf(HsmError)
    expect(error.message).toContain(text)
    expect(error.message).not.toContain('secret')
  })

  it('report a server that is not there, without its password', async () => {
    const error = await openDatabase({
      url: 'postgres://hsm:secret@127.0.0.1:1/hsm',
      key: KEY,
      recoverySeconds: 0,
    }).catch((each) => each)
    expect(error).toMatchObject({ status: 503, innerCode: 'DatabaseAway' })
    expect(error.message).not.toContain('secret')
  })
})

describeDatabases('a database', ({ newSchema }) => {
  it('is created once by servers that start together', async () => {
    const schema = newSchema()
    const databases = await Promise.all([schema.open(), schema.open(), schema.open()])
    const stores = await Promise.all(databases.map((each) => each.openHsm('Contoso')))
    expect(stores.map(({ name }) => name)).toEqual(['Contoso', 'Contoso', 'Contoso'])
    expect(await databases[0]?.listHsms()).toEqual(['Contoso'])
    const rows = await schema.query(`select version from ${schema.schema}.pocket_hsm_migrations`)
    expect(rows).toHaveLength(MIGRATIONS.length)
  })

  it('of the first version is brought to this one, with its keys', async () => {
    const schema = newSchema()
    const before = await (await schema.open()).openHsm('contoso')
    const made = await before.run((hsm) => createKey(hsm, 'orders', { kty: 'EC-HSM' }))
    await schema.query(`drop table ${schema.schema}.repeats`)
    await schema.query(`delete from ${schema.schema}.pocket_hsm_migrations where version > 1`)
    const after = await (await schema.open()).openHsm('contoso')
    expect((await after.run((hsm) => getKey(hsm, 'orders'))).key.x).toEqual(made.key.x)
    const rows = await schema.query(`select version from ${schema.schema}.pocket_hsm_migrations`)
    expect(rows).toHaveLength(MIGRATIONS.length)
    expect(await schema.query(`select * from ${schema.schema}.repeats`)).toEqual([])
  })

  it('is not opened with another key, and stays as it is', async () => {
    const schema = newSchema()
    const database = await schema.open()
    const store = await database.openHsm('contoso')
    await store.run((hsm) => createKey(hsm, 'orders', { kty: 'oct-HSM' }))
    const key = new Uint8Array(32).fill(8)
    expect(await innerCodeOf(schema.open({ key }))).toBe('WrongKey')
    await store.run((hsm) => getKey(hsm, 'orders'))
  })

  it('is not opened if a later version has made it', async () => {
    const schema = newSchema()
    const database = await schema.open()
    await schema.query(
      `insert into ${schema.schema}.pocket_hsm_migrations (version) values (${MIGRATIONS.length + 1})`,
    )
    expect(await innerCodeOf(schema.open())).toBe('NewerSchema')
    expect(await database.check()).toBe('the database is of a later version of pocket-hsm')
  })

  it('is not opened in a schema of something else, and changes nothing there', async () => {
    const schema = newSchema()
    await schema.query(`create schema ${schema.schema}`)
    await schema.query(`create table ${schema.schema}.hsms (id integer)`)
    expect(await innerCodeOf(schema.open())).toBe('ForeignSchema')
    const rows = await schema.query(
      `select table_name from information_schema.tables where table_schema = '${schema.schema}'`,
    )
    expect(rows).toEqual([{ table_name: 'hsms' }])
  })

  it('is created in a schema that is there and empty', async () => {
    const schema = newSchema()
    await schema.query(`create schema ${schema.schema}`)
    expect(await (await schema.open()).listHsms()).toEqual([])
  })

  it('holds no private key that can be read without the state key', async () => {
    const schema = newSchema()
    const store = await (await schema.open()).openHsm('contoso')
    const k = Buffer.from('a secret of 32 bytes for tests!!').toString('base64url')
    const { importKey } = await import('pocket-hsm')
    await store.run((hsm) => importKey(hsm, 'orders', { kty: 'oct-HSM', k }))
    const tables = await schema.query(
      `select table_name from information_schema.tables where table_schema = '${schema.schema}'`,
    )
    expect(tables.length).toBeGreaterThan(5)
    for (const { table_name } of tables) {
      const rows = await schema.query(`select t::text as row from ${schema.schema}.${table_name} t`)
      const text = JSON.stringify(rows)
      expect(text).not.toContain(k)
      expect(text).not.toContain(Buffer.from('a secret of 32').toString('hex'))
      expect(text).not.toContain(Buffer.from(k).toString('hex'))
    }
    const [row] = await schema.query(`select bytes from ${schema.schema}.hsms`)
    expect(() => importState(row?.['bytes'] as Uint8Array, { seed: 'another' })).toThrow(
      'different security domain',
    )
  })

  it('says why it is not ready, and that it is again', async () => {
    let code: string | undefined
    const database = await newSchema().openThrough(
      changingQueries((run) => async (text, values) => {
        const writes = text.startsWith('update') || text.includes('commit_changes(')
        if (code !== undefined && writes) throw sqlError(code)
        return run(text, values)
      }),
    )
    const store = await database.openHsm('contoso')
    expect(await database.check()).toBeUndefined()
    const create = () => store.run((hsm) => createKey(hsm, 'orders', { kty: 'oct-HSM' }))
    await create()
    code = '53100'
    expect(await database.check()).toBeUndefined()
    expect(await innerCodeOf(create())).toBe('DiskFull')
    expect(await database.check()).toBe('The disk of the database is full: nothing can be written.')
    code = undefined
    expect(await database.check()).toBeUndefined()
  })

  it('refuses an HSM whose options contradict what it was made with', async () => {
    const schema = newSchema()
    await (await schema.open()).openHsm('contoso', { profile: 'vault-premium' })
    const other = await schema.open()
    await expect(other.openHsm('contoso', { profile: 'managed-hsm' })).rejects.toThrow(
      'The option profile contradicts the state export',
    )
    expect((await other.openHsm('contoso')).hsm.profile).toBe('vault-premium')
  })

  it.each(['', 'x'.repeat(257), 'a\0b', '\ud800'])(
    'refuses the name %j of an HSM',
    async (name) => {
      const database = await newSchema().open()
      await expect(database.openHsm(name)).rejects.toThrow('The name of an HSM')
      expect(await database.listHsms()).toEqual([])
    },
  )

  it.each(['clock', 'securityDomain', 'auditLimit'])('refuses the option %s', async (name) => {
    const database = await newSchema().open()
    await expect(database.openHsm('contoso', { [name]: () => 0 })).rejects.toThrow(
      `The option "${name}" of openHsm is the database's`,
    )
    await expect(database.openHsm('contoso', { profil: 'x' } as never)).rejects.toThrow(
      'Did you mean "profile"?',
    )
    expect(await database.listHsms()).toEqual([])
  })

  it('refuses them in one process too, where the HSM is open', async () => {
    const database = await newSchema().open()
    const store = await database.openHsm('contoso', { profile: 'vault-premium' })
    await expect(database.openHsm('Contoso', { profile: 'managed-hsm' })).rejects.toThrow('profile')
    await expect(database.openHsm('contoso', { profil: 'x' } as never)).rejects.toThrow('profile')
    await expect(database.openHsm('contoso', { clock: () => 0 } as never)).rejects.toThrow('clock')
    expect(await database.openHsm('contoso', { profile: 'vault-premium' })).toBe(store)
    expect(await database.openHsm('contoso')).toBe(store)
  })

  it('refuses an offset that would leave the clock before 1970, or after the last date', async () => {
    const database = await newSchema().open()
    const { now, offset } = await database.setClockOffset(1000)
    for (const milliseconds of [-now - 1000, 8.64e15]) {
      await expect(database.setClockOffset(milliseconds)).rejects.toMatchObject({ status: 400 })
    }
    expect((await database.readClock()).offset).toBe(offset)
  })

  it('refuses an offset of the clock that is none', async () => {
    const database = await newSchema().open()
    await expect(database.setClockOffset(Number.NaN)).rejects.toThrow('must be a number')
    expect((await database.readClock()).offset).toBe(0)
  })

  it('refuses work after it was closed', async () => {
    const database = await newSchema().open()
    await database.close()
    expect(await innerCodeOf(database.openHsm('contoso'))).toBe('DatabaseClosed')
  })
})
