// A server that is its own Entra ID: the page gets a token by itself.

export const title = 'a token is got from the stand-in for Entra ID, and names the caller'

export const places = ['server with identity']

export async function play({ page, create, go }) {
  await create('play-identity')
  await go('history')
  await page.getByRole('row', { name: /createKey play-identity .+-.+-.+-.+-.+ done/ }).waitFor()
}
