// State: fork, undo, snapshot, fixture.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

export const title = 'the HSM is forked, restored, undone, saved in a file and written as a fixture'

export async function play({ page, create, go, button, said, see, heading, panel }) {
  await create('play-state')
  await go('state')
  await page.getByLabel('Name').fill('before')
  await button('Save').click()
  await said('Saved as before')
  const downloading = page.waitForEvent('download')
  await button('Download').click()
  const file = await (await downloading).path()
  assert.match(readFileSync(file, 'utf8'), /^[\w-]{100,}$/)

  const destroy = async () => {
    await go('keys/play-state')
    await button('Delete…').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await button('Recover').waitFor()
  }
  const expectThere = async () => {
    await go('keys/play-state')
    await heading(/play-state/).waitFor()
    await button('Rotate').waitFor()
  }
  await destroy()
  await page.getByRole('log').getByRole('button', { name: 'Undo' }).last().click()
  await said('Undone: Deleted play-state')
  await button('Rotate').waitFor()

  await destroy()
  await go('state')
  await button('Restore before').click()
  await said('Restored before')
  await expectThere()

  await destroy()
  await go('state')
  await page.locator('input[type=file]').setInputFiles(file)
  await said(/^Restored .+/)
  await expectThere()

  await go('state')
  await button('Write it').click()
  await panel('Fixture for tests').getByText('"play-state"').waitFor()
  await button('Drop before').click()
  await said('Dropped before')
  assert.equal(await button('Restore before').count(), 0)
  await see('Changes from this page')
}
