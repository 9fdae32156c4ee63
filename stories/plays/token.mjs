// A server that asks for a token: the page asks the user, and keeps it to itself.

import assert from 'node:assert/strict'

export const title = 'a token is asked for where the server needs one, and is stored nowhere'

export const places = ['protected server']

export async function play({ page, place, heading }) {
  await heading('Control token').waitFor()
  await page.getByLabel('Token').fill('this is a wrong one')
  await page.getByRole('button', { name: 'Connect' }).click()
  await page
    .getByText(/was not accepted|this is not it|need/)
    .first()
    .waitFor()
  await page.getByLabel('Token').fill(place.controlToken)
  await page.getByRole('button', { name: 'Connect' }).click()
  await heading('Keys').waitFor()
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]),
  )
  assert.ok(!stored.includes(place.controlToken))
  assert.ok(!(await page.content()).includes(place.controlToken))
  await page.reload()
  await heading('Control token').waitFor()
}
