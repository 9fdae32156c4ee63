// Secure wrap: the HSM makes a key and wraps it, and an attested enclave alone reads it; and a key is released to it.

import assert from 'node:assert/strict'

export const title = 'a wrapped key and a released key reach the attested enclave, and nobody else'

export async function play({ page, place, create, go, button, see }) {
  const { attestation } = place
  await create('play-kek', async (dialog) => {
    await dialog.getByText('Symmetric', { exact: true }).click()
    await dialog.getByLabel('Exportable, to targets that a release policy trusts').check()
    const policy = dialog.getByLabel('Release policy', { exact: true })
    const example = await policy.inputValue()
    await policy.fill('{')
    await dialog.getByText('This is no JSON.').waitFor()
    await policy.fill(attestation ? JSON.stringify(attestation.policy) : example)
  })
  await page.getByRole('region', { name: 'the release policy' }).getByText('"anyOf"').waitFor()

  const act = (name) =>
    page.locator('.workbench form').getByRole('button', { name, exact: true }).click()
  const token = page.getByLabel('Attestation token of the target', { exact: true })
  /** As a user has a token: from the authority in the page, or from their own. */
  const fillToken = async (isTrusted) => {
    if (attestation) return token.fill(attestation.mintToken(!isTrusted))
    const claims = isTrusted ? { 'x-ms-compliance-status': 'azure-compliant-cvm' } : {}
    await page.getByLabel('Claims of a new token').fill(JSON.stringify(claims))
    await token.fill('')
    await button('Make a token').click()
    await page.waitForFunction(
      (id) => document.getElementById(id).value !== '',
      await token.getAttribute('id'),
    )
  }

  await go('try/play-kek')
  await page.getByLabel('Operation').selectOption('secureWrapKey')
  await see('The HSM makes an AES-256 key and returns it wrapped.')
  await act('Secure wrap key')
  await see('40 bytes')
  await button('Secure unwrap key it').click()
  assert.equal(
    await page.getByRole('button', { name: 'Secure unwrap key', exact: true }).isDisabled(),
    true,
  )
  await fillToken(false)
  await act('Secure unwrap key')
  await page.getByRole('alert').getByText('403').waitFor()
  await fillToken(true)
  await act('Secure unwrap key')
  await see('256 bytes')
  await page.locator('.workbench-side').getByText('base64url', { exact: true }).click()
  const result = await page.getByRole('region', { name: 'the result' }).textContent()
  if (attestation) assert.equal(attestation.open(result).length, 32)
  else {
    await button('Open it in the enclave').click()
    const read = page.getByRole('region', { name: 'what the enclave reads' })
    assert.match(await read.textContent(), /^[0-9a-f]{64}$/)
  }
  await page.getByRole('tab', { name: 'az', exact: true }).click()
  await see('secureunwrapkey?api-version=2026-05-01-preview')

  await page.getByLabel('Operation').selectOption('releaseKey')
  await page.getByLabel('Encryption', { exact: true }).selectOption('RSA_AES_KEY_WRAP_256')
  await act('Release key')
  await page.getByRole('region', { name: 'the release' }).getByText(/^eyJ/).waitFor()
  await page.getByRole('tab', { name: 'JavaScript' }).click()
  await see("algorithm: 'RSA_AES_KEY_WRAP_256'")
  if (attestation === undefined) {
    await button('Open it in the enclave').click()
    const read = page.getByRole('region', { name: 'what the enclave reads' })
    await read.getByText('"kty": "oct"').waitFor()
  }
}
