import {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  deleteKey,
  exportParts,
  getKey,
  getRandomBytes,
  type Hsm,
  listKeys,
  purgeDeletedKey,
  restoreKey,
  rotateKey,
} from 'pocket-hsm'
import { expect, it } from 'vitest'
import { exportHsm, importHsm } from '../../src/index.ts'
import { securityDomainOf, stateKeyOf } from '../../src/schema/state-key.ts'
import { describeDatabases, KEY } from '../support/databases.ts'

const clock = () => Date.UTC(2030, 0, 1)

function hsmWithKeys(count: number): Hsm {
  const securityDomain = securityDomainOf(stateKeyOf(KEY), 'contoso')
  const hsm = createHsm({ seed: 'copies', securityDomain, clock })
  for (let index = 0; index < count; index++) {
    // Neither order is the order of the names.
    createKey(hsm, `key-${(index * 7) % count}`, { kty: 'oct-HSM' })
  }
  rotateKey(hsm, 'key-1')
  deleteKey(hsm, 'key-2')
  deleteKey(hsm, 'key-3')
  purgeDeletedKey(hsm, 'key-3')
  getRandomBytes(hsm, 8)
  return hsm
}

const partsOf = (hsm: Hsm) => {
  const { hsm: bytes, keys, purges, randomDraws } = exportParts(hsm)
  return { bytes, purges, randomDraws, keys: keys.map(({ name, bytes: sealed }) => [name, sealed]) }
}

describeDatabases('a copy', ({ newSchema }) => {
  it('comes back as it was, record by record', async () => {
    const database = await newSchema().open()
    const hsm = hsmWithKeys(1100)
    expect(await importHsm(database, 'contoso', hsm)).toBe(1099)
    expect(partsOf(await exportHsm(database, 'contoso'))).toEqual(partsOf(hsm))
  })

  it('goes on as the original does', async () => {
    const schema = newSchema()
    const database = await schema.open()
    const hsm = hsmWithKeys(30)
    await importHsm(database, 'contoso', hsm)
    const store = await (await schema.open()).openHsm('contoso')
    const backup = backupKey(hsm, 'key-5')
    const { key } = rotateKey(hsm, 'key-1')
    const rotated = await store.run((own) => rotateKey(own, 'key-1'))
    expect(rotated.key.kid).toBe(key.kid)
    expect(await store.run((own) => getRandomBytes(own, 8))).toEqual(getRandomBytes(hsm, 8))
    expect((await store.run((own) => createKey(own, 'key-3', { kty: 'oct-HSM' }))).key.kid).toBe(
      createKey(hsm, 'key-3', { kty: 'oct-HSM' }).key.kid,
    )
    const names = (own: Hsm) => listKeys(own).value.map(({ kid }) => kid)
    expect(await store.run(names)).toEqual(names(hsm))
    await store.run((own) => deleteKey(own, 'key-5'))
    await store.run((own) => purgeDeletedKey(own, 'key-5'))
    const restored = await store.run((own) => restoreKey(own, backup))
    expect(restored.key.kid).toBe(getKey(hsm, 'key-5').key.kid)
  })

  it('does not replace an HSM that is there', async () => {
    const database = await newSchema().open()
    const store = await database.openHsm('Contoso')
    await store.run((hsm) => createKey(hsm, 'orders', { kty: 'oct-HSM' }))
    await expect(importHsm(database, 'contoso', hsmWithKeys(5))).rejects.toMatchObject({
      code: 'HsmExists',
    })
    expect((await store.run((hsm) => listKeys(hsm))).value).toHaveLength(1)
  })

  it('is refused for an HSM of another state key, and stores nothing', async () => {
    const database = await newSchema().open()
    const hsm = createHsm({ securityDomain: createSecurityDomain() })
    await expect(importHsm(database, 'contoso', hsm)).rejects.toMatchObject({
      code: 'StateOfAnotherDomain',
    })
    expect(await database.listHsms()).toEqual([])
  })

  it('of an HSM that is not there is refused', async () => {
    const database = await newSchema().open()
    await expect(exportHsm(database, 'contoso')).rejects.toMatchObject({ code: 'HsmNotFound' })
  })

  it('of a damaged record is refused', async () => {
    const schema = newSchema()
    const database = await schema.open()
    await importHsm(database, 'contoso', hsmWithKeys(5))
    await schema.query(
      `update ${schema.schema}.keys set bytes = set_byte(bytes, 300, get_byte(bytes, 300) # 1) where name = 'KEY-4'`,
    )
    await expect(exportHsm(database, 'contoso')).rejects.toMatchObject({ innerCode: 'DamagedRow' })
  })
})
