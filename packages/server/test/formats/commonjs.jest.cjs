// Run by commonjs.test.ts, under jest without flags; the packages must be built.

const { generateKeyPairSync, sign } = require('node:crypto')
const { mkdtempSync, readFileSync, rmSync } = require('node:fs')
const { createServer } = require('node:http')
const { request } = require('node:https')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { startServer } = require('@pocket-hsm/server')

const folder = mkdtempSync(join(tmpdir(), 'commonjs-server-'))
const running = []

const start = async (options) => {
  const server = await startServer({ port: 0, certificateFolder: folder, ...options })
  running.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Sends a request to a server with a certificate of its own authority. */
const send = ({ url, caFile }, method, path, json, token = 'any') =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const options = { method, headers, ca: readFileSync(caFile, 'utf8') }
    const sent = request(`${url}${path}?api-version=7.6`, options, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString()
      resolve({ status: response.statusCode, json: text.startsWith('{') && JSON.parse(text) })
    })
    sent.on('error', reject)
    sent.end(json && JSON.stringify(json))
  })

test('a server makes its certificates, keys on a thread, and a state', async () => {
  const state = join(folder, 'hsm.state')
  const server = await start({ state })
  const made = await send(server, 'POST', '/keys/letters/create', { kty: 'RSA-HSM' })
  expect(made.status).toBe(200)
  expect(made.json.key.kty).toBe('RSA-HSM')
  await running.pop().close()
  const again = await start({ state })
  const found = await send(again, 'GET', '/keys/letters')
  expect(found.json.key.n).toBe(made.json.key.n)
})

/** An authority that publishes one key, and a token that it signed. */
async function startAuthority() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
  })
  const [x, y] = [publicKey.subarray(-64, -32), publicKey.subarray(-32)]
  const jwk = { kty: 'EC', crv: 'P-256', x: base64url(x), y: base64url(y), alg: 'ES256' }
  const server = createServer((asked, response) => {
    const isMetadata = asked.url.endsWith('openid-configuration')
    response.end(
      JSON.stringify(isMetadata ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: [jwk] }),
    )
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${server.address().port}`
  running.push({ close: () => new Promise((resolve) => server.close(resolve)) })
  const claims = {
    iss: issuer,
    aud: 'https://managedhsm.azure.net',
    exp: Math.floor(Date.now() / 1000) + 3600,
    oid: 'somebody',
  }
  const text = [{ alg: 'ES256' }, claims].map((part) => base64url(JSON.stringify(part))).join('.')
  const signature = sign('SHA256', text, { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return { issuer, token: `${text}.${base64url(signature)}` }
}

const base64url = (data) => Buffer.from(data).toString('base64url')

test('a server verifies tokens', async () => {
  const { issuer, token } = await startAuthority()
  const server = await start({ auth: 'jwt', authority: issuer })
  expect((await send(server, 'GET', '/keys', undefined, token)).status).toBe(200)
  expect((await send(server, 'GET', '/keys', undefined, 'any')).status).toBe(401)
})

test('what is wrong with an option is said', async () => {
  await expect(startServer({ prot: 8443 })).rejects.toThrow('port')
})
