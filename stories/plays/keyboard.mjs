// The keyboard alone: no pointer in the whole play.

import assert from 'node:assert/strict'

export const title = 'a key is created, found, opened and signed with by keyboard alone'

export async function play({ page, go, heading, see }) {
  const press = (key) => page.keyboard.press(key)
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim())
  /** Presses Tab until an element of that role and name has the focus. */
  const tabTo = async (role, name) => {
    const target = page.getByRole(role, { name, exact: true })
    for (let presses = 0; presses < 80; presses += 1) {
      const isThere = await target.evaluateAll((all) => all.includes(document.activeElement))
      if (isThere) return
      await press('Tab')
    }
    assert.fail(`Tab never reached the ${role} ${name}`)
  }

  await go('keys')
  await heading('Keys').waitFor()
  await tabTo('button', 'Create key')
  await press('Enter')
  await tabTo('textbox', 'Name')
  await page.keyboard.type('play-keyboard')
  await tabTo('radio', 'EC')
  await press('ArrowRight')
  await press('ArrowLeft')
  await tabTo('button', 'Create')
  await press('Enter')
  await heading('play-keyboard Active').waitFor()
  assert.match(String(await focused()), /play-keyboard/, 'the focus begins at the new heading')

  await tabTo('link', 'Keys')
  await press('Enter')
  await heading('Keys').waitFor()
  await press('/')
  await page.keyboard.type('play-keyboard')
  // The row was there before: the list has to be filtered before anything in it gets the focus.
  await see(/^1 (of|key$)/)
  for (let presses = 0; presses < 20; presses += 1) {
    if (/^play-keyboard/.test(String(await focused()))) break
    await press('Tab')
  }
  await press('End')
  await press('Home')
  await press('Enter')
  await heading('play-keyboard Active').waitFor()
  await tabTo('link', 'Try it')
  await press('Enter')
  await heading('Try it').waitFor()
  await tabTo('button', 'Sign')
  await press('Enter')
  await see(/Result of sign, ES256/)

  await go('keys')
  await tabTo('button', 'Import')
  await press('Enter')
  await page.getByRole('dialog', { name: 'Import key' }).waitFor()
  await press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}
