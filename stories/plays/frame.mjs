// The frame: read-only mode, the caller, the theme.

import assert from 'node:assert/strict'

export const title = 'the page is made read-only, acts as somebody else and changes its theme'

export async function play({ page, create, go, button, see }) {
  await create('play-frame')
  const lock = page.getByRole('button', { name: /^Read-only/ })
  await lock.click()
  assert.equal(await button('Rotate').isDisabled(), true)
  await go('time')
  assert.equal(await button('+1 day').isDisabled(), true)
  await page.reload()
  await button('+1 day').waitFor()
  assert.equal(await button('+1 day').isDisabled(), true, 'it is still read-only after a reload')
  await lock.click()

  await page.getByRole('button', { name: /^Acting as/ }).click()
  await page.getByLabel('Object id of the caller').fill('alice')
  await button('Use').click()
  await create('play-alice')
  await go('history')
  await page.getByRole('row', { name: /createKey play-alice.*alice/ }).waitFor()

  const ground = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  const theme = page.getByRole('button', { name: /^Theme/ })
  const shows = (name) => page.locator(`html[data-theme=${name}]`).waitFor({ state: 'attached' })
  await theme.click()
  await shows('light')
  const light = await ground()
  await theme.click()
  await shows('dark')
  assert.notEqual(await ground(), light)
  await theme.click()
  await shows('system')
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
  )
  assert.doesNotMatch(stored, /alice|token|eyJ/i, 'nothing about the caller is stored')
  await see(/entr(y|ies)$/)
}
