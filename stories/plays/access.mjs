// Access: roles are given and taken, and the security domain is shown.

export const title = 'a role is given and taken away, and the security domain is shown'

export async function play({ page, go, button, said, see, panel }) {
  await go('access')
  await panel(/^Roles \(/).waitFor()
  await page.getByLabel('Object id').fill('11111111-2222-4333-8444-555555555555')
  await page.getByLabel('Role', { exact: true }).selectOption('Managed HSM Crypto User')
  await button('Assign').click()
  await said('Gave 11111111-2222-4333-8444-555555555555 the role Managed HSM Crypto User')
  await button('Take the role from 11111111-2222-4333-8444-555555555555').click()
  await said('Took a role from 11111111-2222-4333-8444-555555555555')
  await panel('Role assignments (0)').waitFor()
  await panel('Security domain').getByText('Active', { exact: true }).waitFor()
  await see('az keyvault security-domain download')
}
