// Time: the clock moves, and what falls due happens.

export const title = 'the clock is moved, and what falls due happens'

export async function play({ page, create, go, button, said, panel, see }) {
  await create('play-time', async (dialog) => {
    await dialog.getByLabel('Expires (UTC)').fill('2095-01-31T12:00:00')
  })
  await button('Delete…').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await button('Recover').waitFor()
  await go('time')
  await page.getByRole('button', { name: 'Go there, to when play-time is purged' }).click()
  await panel('What happened').getByText('purgeDeletedKey').first().waitFor()
  await page
    .locator('.clock-panel')
    .getByText(/ahead of the machine/)
    .first()
    .waitFor()
  await go('keys')
  await page.getByLabel('Search keys by name, type or tag').fill('play-time')
  await see('No key is like that')

  await go('time')
  await button('+1 day').click()
  await said('Moved the clock +1 day')
  await page.getByLabel('Go to (UTC)').fill('2200-01-01T00:00')
  await button('Go').click()
  await said('Moved the clock to 2200-01-01 00:00:00')
  await page.locator('.clock-date', { hasText: '2200-01-01' }).waitFor()
  await button('Back to real time').click()
  await see('the machine’s time')

  const slider = page.getByRole('slider')
  await slider.focus()
  await page.keyboard.press('PageUp')
  await see(/fall due until then|nothing falls due until then/)
  await page.keyboard.press('Enter')
  await see(/ahead of the machine/)
  await button('Back to real time').click()
  await see('the machine’s time')
}
