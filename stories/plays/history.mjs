// History: entries as they come, filters, and the role that would be enough.

import assert from 'node:assert/strict'

export const title = 'the history grows by itself, is filtered, and suggests a role'

export async function play({ page, place, create, go, button, see, panel }) {
  await create('play-history')
  await go('history')
  await page.getByRole('row', { name: /createKey play-history/ }).waitFor()
  await page.getByLabel('Key', { exact: true }).fill('play-history')
  if (place.request !== undefined) {
    // Another client, while the page is open.
    await place.request('GET', '/keys/play-history')
    await page.getByRole('row', { name: /getKey play-history/ }).waitFor()
    await button('Pause').click()
    await place.request('DELETE', '/keys/play-history')
    await see(/paused: \d+ new/)
    await button('Go on').click()
    await page.getByRole('row', { name: /deleteKey play-history/ }).waitFor()
    await place.request('GET', '/keys/play-history')
    await page.getByText('Refused', { exact: true }).click()
    await page.getByRole('row', { name: /getKey play-history.*404/ }).waitFor()
  }
  await page.getByText('All', { exact: true }).click()
  await button(/^Ask for/).click()
  await panel('Which role would be enough?').getByText('Managed HSM Crypto').first().waitFor()
  await page.getByLabel('Key', { exact: true }).fill('nothing is called so')
  await see('No entry is like that')
  assert.equal(await page.getByRole('row', { name: /play-history/ }).count(), 0)
}
