// A key: versions, attributes, tags, policy, public key, life line.

import assert from 'node:assert/strict'

export const title = 'a key shows its life, is rotated, changed and given a policy'

export async function play({ page, create, button, said, see, panel }) {
  await create('play-key')
  await button('Rotate').click()
  await said('Rotated play-key')
  await panel('Versions (2)').waitFor()

  await panel('Attributes').getByRole('button', { name: 'Change…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Change play-key' })
  await dialog.getByLabel('Expires (UTC)').fill('2090-01-31T12:00:00')
  await dialog.getByLabel('Tags').fill('team=shop env=test')
  await dialog.getByText('The same call as az').click()
  await dialog.getByRole('tab', { name: 'Python' }).click()
  await dialog.getByText('update_key_properties').waitFor()
  await dialog.getByRole('button', { name: 'Change', exact: true }).click()
  await see('2090-01-31 12:00:00 UTC')
  await see('env=test')

  await panel('Rotation policy').getByRole('button', { name: 'Set…' }).click()
  const policy = page.getByRole('dialog', { name: 'Rotation policy of play-key' })
  await policy.getByLabel('Time after creation').fill('P60D')
  await policy.getByRole('button', { name: 'Set', exact: true }).click()
  await see('Rotates 60 days after a version was created.')

  const picture = page.getByRole('img', { name: /^Life of play-key/ })
  const label = await picture.getAttribute('aria-label')
  assert.match(label, /created .*rotated .*now; rotation due .*expiry 2090-01-31/)

  await page.getByRole('tab', { name: 'PEM' }).click()
  await see('-----BEGIN PUBLIC KEY-----')
  await panel('Versions (2)')
    .getByRole('button', { name: /^Disable version/ })
    .last()
    .click()
  await said('Disabled a version of play-key')
  await panel('Versions (2)').getByText('disabled').waitFor()
  await panel('Latest calls').getByText('updateRotationPolicy').waitFor()
}
