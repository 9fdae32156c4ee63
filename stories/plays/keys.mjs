// Keys: create, find, filter, delete, recover, purge, import.

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'

export const title =
  'keys are created, found, deleted, recovered, purged and imported, from JWK and PEM'

const JWK = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const pem = (label) =>
  privateKey.export({ type: 'sec1', format: 'pem' }).replaceAll('EC PRIVATE KEY', label)

export async function play({ page, create, go, button, see, heading, said }) {
  await create('play-rsa', async (dialog) => {
    await dialog.getByText('RSA', { exact: true }).click()
    await dialog.getByLabel('Tags').fill('team=shop')
  })
  await see('RSA-HSM 2048')
  await go('keys')
  await page.getByLabel('Search keys by name, type or tag').fill('play-rsa team=shop')
  const row = page.getByRole('row', { name: /play-rsa/ })
  await row.waitFor()
  await page
    .locator('main [role=status]', { hasText: /^1 of|^1 key$/ })
    .first()
    .waitFor()

  await row.click()
  await button('Delete…').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await button('Recover').waitFor()
  await go('keys')
  await page.getByText('Deleted', { exact: true }).first().click()
  await page.getByRole('row', { name: /play-rsa/ }).click()
  await button('Recover').click()
  await button('Rotate').waitFor()
  await button('Delete…').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await button('Purge…').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Purge', exact: true }).click()
  await said('Purged play-rsa')
  await heading('Keys').waitFor()

  await button('Import').click()
  const dialog = page.getByRole('dialog', { name: 'Import key' })
  await dialog.getByLabel('Name').fill('play-imported')
  await dialog.getByLabel('Private or symmetric key as JWK').fill('{')
  await dialog.getByText('This is no JSON.').waitFor()
  await dialog.getByLabel('Private or symmetric key as JWK').fill(JSON.stringify(JWK))
  const shown = await dialog.locator('.call-details').textContent()
  assert.doesNotMatch(shown, /jpsQnnGQmL/)
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await heading('play-imported').waitFor()
  assert.doesNotMatch(await page.content(), /jpsQnnGQmL/)

  await go('keys')
  await button('Import').click()
  await dialog.getByLabel('Name').fill('play-pem')
  const field = dialog.getByLabel('Private or symmetric key as JWK or PEM')
  await field.fill(pem('EC PUBLIC KEY'))
  await dialog.getByText('There is no private key in this PEM.').waitFor()
  await field.fill(pem('EC PRIVATE KEY'))
  await dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await heading('play-pem').waitFor()
  const text = await page.getByRole('region', { name: 'the public key as JWK' }).textContent()
  assert.equal(JSON.parse(text).x, privateKey.export({ format: 'jwk' }).x)
}
