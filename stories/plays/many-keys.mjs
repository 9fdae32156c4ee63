// Ten thousand keys: the list has a few rows of them, and every key can be reached.

import assert from 'node:assert/strict'

export const title =
  'ten thousand keys are listed, scrolled and searched with a few rows in the page'

export const places = ['in the page']

export async function play({ page, go, button, said }) {
  await go('state')
  await page.getByLabel('Keys').selectOption('10,000 keys')
  await page.locator('main').getByRole('button', { name: 'Start over' }).click()
  await said('Started over')
  await go('keys')
  await page.getByText('10,000 keys').first().waitFor()
  const rows = page.locator('.spacer > .row')
  await rows.first().waitFor()
  assert.ok((await rows.count()) < 80, 'only the rows that are seen, and some more, are there')
  await rows.first().focus()
  await page.keyboard.press('End')
  await page.getByRole('row', { name: /^key-09999/ }).waitFor()
  assert.ok((await rows.count()) < 80)
  await page.getByLabel('Search keys by name, type or tag').fill('key-04242')
  await page.getByRole('row', { name: /^key-04242/ }).waitFor()
  assert.equal(await rows.count(), 1)
  assert.equal(await page.getByRole('table', { name: 'Keys' }).getAttribute('aria-rowcount'), '2')
  await button('Create key').waitFor()
}
