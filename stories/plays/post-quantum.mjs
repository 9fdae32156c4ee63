// ML-DSA: a key is made and imported, signs with a context and µ, and the page says which client has no call for it.

import assert from 'node:assert/strict'

export const title =
  'ML-DSA keys are created and imported, sign and verify, with a context and with µ'

const SEED = Buffer.alloc(32, 7)
const JWK = { kty: 'AKP', alg: 'ML-DSA-44', priv: SEED.toString('base64url') }

/** RFC 9881: PKCS#8 with the seed alone. */
const DER = Buffer.concat([
  Buffer.from('3034020100300b0609608648016503040311', 'hex'),
  Buffer.from('04228020', 'hex'),
  SEED,
])
const PEM = `-----BEGIN PRIVATE KEY-----\n${DER.toString('base64')}\n-----END PRIVATE KEY-----\n`

export async function play({ page, create, go, button, see, heading, panel }) {
  await create('play-pq', async (dialog) => {
    await dialog.getByText('ML-DSA', { exact: true }).click()
    await dialog.getByText('ML-DSA-44', { exact: true }).click()
  })
  await see('ML-DSA-44')
  await panel('Public key').getByText('"pub"').waitFor()
  await page.getByRole('tab', { name: 'PEM' }).click()
  await panel('Public key').getByText('-----BEGIN PUBLIC KEY-----').waitFor()

  const act = (name) => page.locator('.workbench form').getByRole('button', { name }).click()
  await go('try/play-pq')
  await page.getByLabel('Message', { exact: true }).fill('firmware 1.2')
  await page.getByLabel('Context', { exact: true }).fill('firmware')
  await see('the HSM signs the message itself')
  await act('Sign')
  await see('2420 bytes')
  await button('Verify it').click()
  await act('Verify')
  await see('The signature is valid')
  await page.getByLabel('Context', { exact: true }).fill('')
  await act('Verify')
  await see('The signature is not valid')

  const language = (name) => page.getByRole('tab', { name, exact: true }).click()
  await language('JavaScript')
  await see("serviceVersion: '2026-05-01-preview'")
  await language('Python')
  await see('# azure-keyvault-keys has no method for this: the request itself')
  await language('az')
  await see('# az has no command for this: the request itself')
  await language('curl')
  await see('verify?api-version=2026-05-01-preview')

  await page.getByLabel('Operation').selectOption('sign')
  await page.getByLabel('The message is µ, computed elsewhere').check()
  await page.getByLabel('Encoding of µ').selectOption('hex')
  await page.getByLabel('µ', { exact: true }).fill('00112233')
  await act('Sign')
  await page.getByRole('alert').getByText("Invalid length of 'external_mu'").waitFor()
  await page.getByLabel('µ', { exact: true }).fill('00112233'.repeat(16))
  await act('Sign')
  await button('Verify it').click()
  await act('Verify')
  await see('The signature is valid')
  await see('"external_mu"')

  const inputs = [
    ['play-jwk', JSON.stringify(JWK)],
    ['play-pem', PEM],
  ]
  const publics = []
  for (const [name, text] of inputs) {
    await go('keys')
    await button('Import').click()
    const dialog = page.getByRole('dialog', { name: 'Import key' })
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByLabel('Private or symmetric key as JWK or PEM').fill(text)
    const shown = await dialog.locator('.call-details').textContent()
    assert.doesNotMatch(shown, new RegExp(JWK.priv))
    await dialog.getByRole('button', { name: 'Import', exact: true }).click()
    await heading(name).waitFor()
    await page.getByRole('tab', { name: 'JWK' }).click()
    const jwk = page.getByRole('region', { name: 'the public key as JWK' })
    publics.push(JSON.parse(await jwk.textContent()).pub)
  }
  assert.equal(Buffer.from(publics[0], 'base64url').length, 1312)
  assert.equal(publics[0], publics[1])
}
