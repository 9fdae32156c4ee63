// Faults: one is queued, and a call gets it.

export const title = 'a fault is queued, a call gets it, and the queue is cleared'

export async function play({ page, create, go, button, see, panel }) {
  await create('play-faults')
  await go('faults')
  await page.getByLabel('Operation').selectOption('sign')
  await page.getByLabel('What happens').selectOption('503 Service unavailable')
  await page.getByLabel('Requests').fill('2')
  await button('Queue').click()
  await panel('Queue (2 requests)').getByText('sign: status 503').waitFor()
  await go('try/play-faults')
  await page.locator('main').getByRole('button', { name: 'Sign' }).click()
  await page.getByRole('alert').getByText('503 ServiceUnavailable').waitFor()
  await go('faults')
  await panel('Queue (1 request)').waitFor()
  await button('Clear').click()
  await see('Nothing is to fail')
  await page.getByText('Get a 429', { exact: true }).click()
  await page.getByRole('radio', { name: 'Get a 429' }).and(page.locator(':checked')).waitFor()
  await page.getByText('Run', { exact: true }).click()
  await page.getByRole('radio', { name: 'Run' }).and(page.locator(':checked')).waitFor()
}
