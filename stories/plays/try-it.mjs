// Try it: there and back again with every kind of key.

import assert from 'node:assert/strict'

export const title = 'messages are signed, encrypted and wrapped, and everything comes back'

export async function play({ page, create, go, button, see }) {
  await create('play-ec')
  await create('play-oct', async (dialog) => {
    await dialog.getByText('Symmetric', { exact: true }).click()
  })
  const act = (name) => page.locator('.workbench form').getByRole('button', { name }).click()

  await go('try/play-ec')
  await page.getByLabel('Message', { exact: true }).fill('one coffee')
  await act('Sign')
  await button('Verify it').click()
  await act('Verify')
  await see('The signature is valid')
  await page.getByLabel('Message', { exact: true }).fill('two coffees')
  await act('Verify')
  await see('The signature is not valid')
  await page.getByRole('tab', { name: 'JavaScript' }).click()
  await see("await key.verify('ES256'")

  await go('try/play-oct')
  await page.getByLabel('Operation').selectOption('encrypt')
  await page.getByLabel('Plaintext', { exact: true }).fill('ein Kaffee ☕')
  await page.getByLabel('Additional authenticated data', { exact: true }).fill('table 4')
  await act('Encrypt')
  await button('Decrypt it').click()
  await act('Decrypt')
  await page.locator('.workbench-side').getByText('Text', { exact: true }).click()
  await page.getByRole('region', { name: 'the result' }).getByText('ein Kaffee ☕').waitFor()

  await page.getByLabel('Operation').selectOption('wrapKey')
  await page.getByLabel('Encoding of key to wrap').selectOption('hex')
  await page.getByLabel('Key to wrap', { exact: true }).fill('00112233445566778899aabbccddeef')
  await see('An even number of hexadecimal digits: two a byte.')
  await page.getByLabel('Key to wrap', { exact: true }).fill('00112233445566778899aabbccddeeff')
  await act('Wrap key')
  await button('Unwrap key it').click()
  await act('Unwrap key')
  await page.locator('.workbench-side').getByText('Hex', { exact: true }).click()
  const result = page.getByRole('region', { name: 'the result' })
  await result.getByText('00112233445566778899aabbccddeeff').waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)
}
