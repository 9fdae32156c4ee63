/** Every route in every spelling that clients use. */

import { createHsm, createKey, deleteKey } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createHandler } from '../../src/index.ts'
import { BASE_URL, base64url, sender, testRest, vaultError } from '../rest-client.ts'

/** An HSM with an oct key `k` of one version, an EC key `e`, a deleted key `d`, and a handler that records its operations. */
function watched() {
  const hsm = createHsm()
  const version = createKey(hsm, 'k', { kty: 'oct' }).key.kid.split('/').at(-1)
  createKey(hsm, 'e', { kty: 'EC' })
  createKey(hsm, 'd', { kty: 'oct' })
  deleteKey(hsm, 'd')
  const done: string[] = []
  const handler = createHandler(hsm, { audit: ({ operation }) => done.push(String(operation)) })
  return { version, done, send: sender(handler, BASE_URL) }
}

const wrapped = { alg: 'A256KW', value: base64url(new Uint8Array(32)) }
const digest = { alg: 'ES256', value: base64url(new Uint8Array(32)) }
const jwk = { kty: 'oct', k: base64url(new Uint8Array(32)) }

/** Operation, status, body, spellings. V stands for the version of `k`. */
const SPELLINGS: readonly [string, number, unknown, readonly string[]][] = [
  [
    'createKey',
    200,
    { kty: 'oct' },
    ['POST /keys/n/create', 'POST //keys/n/create', 'POST /KEYS/n/Create', 'POST /keys/n/create/'],
  ],
  [
    'importKey',
    200,
    { key: jwk },
    ['PUT /keys/n', 'PUT /keys/n/', 'PUT //Keys/n', 'PUT /keys/restore'],
  ],
  [
    'getKey',
    200,
    undefined,
    [
      'GET /keys/k',
      'GET /keys/k/',
      'GET /keys/k//',
      'GET /keys/k/V',
      'GET /keys/k/V/',
      'GET /Keys/K',
      'GET //keys/%6B',
    ],
  ],
  ['updateKey', 200, {}, ['PATCH /keys/k', 'PATCH /keys/k/', 'PATCH /keys/k/V', 'PATCH /keys/k//']],
  ['deleteKey', 200, undefined, ['DELETE /keys/k', 'DELETE /keys/k/']],
  ['listKeyVersions', 200, undefined, ['GET /keys/k/versions', 'GET /keys/k/Versions/']],
  ['listKeys', 200, undefined, ['GET /keys', 'GET /keys/', 'GET //keys', 'GET /KEYS']],
  [
    'listDeletedKeys',
    200,
    undefined,
    ['GET /deletedkeys', 'GET /deletedKeys', 'GET /deletedkeys/'],
  ],
  [
    'getDeletedKey',
    200,
    undefined,
    ['GET /deletedkeys/d', 'GET /deletedKeys/d', 'GET /deletedkeys/D/'],
  ],
  ['purgeDeletedKey', 204, undefined, ['DELETE /deletedkeys/d', 'DELETE /deletedKeys/d/']],
  [
    'recoverDeletedKey',
    200,
    undefined,
    ['POST /deletedkeys/d/recover', 'POST /deletedKeys/d/Recover'],
  ],
  ['backupKey', 200, undefined, ['POST /keys/k/backup', 'POST /keys/k/backup/']],
  ['rotateKey', 200, undefined, ['POST /keys/k/rotate', 'POST /keys/k/Rotate']],
  [
    'getRotationPolicy',
    200,
    undefined,
    ['GET /keys/k/rotationpolicy', 'GET /keys/k/rotationPolicy'],
  ],
  ['updateRotationPolicy', 200, {}, ['PUT /keys/k/rotationpolicy', 'PUT /keys/k/rotationPolicy/']],
  ...(['encrypt', 'decrypt'] as const).map(
    (operation): [string, number, unknown, readonly string[]] => [
      operation,
      200,
      { alg: 'A256CBC', value: wrapped.value, iv: base64url(new Uint8Array(16)) },
      [
        `POST /keys/k/V/${operation}`,
        `POST /keys/k//${operation}`,
        `POST /keys/k/${operation}`,
        `POST //keys/k/${operation.toUpperCase()}`,
      ],
    ],
  ),
  [
    'wrapKey',
    200,
    wrapped,
    [
      'POST /keys/k/V/wrapkey',
      'POST /keys/k/V/wrapKey',
      'POST /keys/k//wrapkey',
      'POST /keys/k/wrapKey',
    ],
  ],
  [
    'unwrapKey',
    400,
    wrapped,
    ['POST /keys/k/V/unwrapkey', 'POST /keys/k/V/unwrapKey', 'POST /keys/k//unwrapKey'],
  ],
  ['sign', 200, digest, ['POST /keys/e//sign', 'POST /keys/e/sign', 'POST /keys/e/Sign']],
  [
    'verify',
    200,
    { alg: 'ES256', digest: digest.value, value: base64url(new Uint8Array(64)) },
    ['POST /keys/e//verify', 'POST /keys/e/verify'],
  ],
  [
    'releaseKey',
    403,
    { target: 'a.b.c' },
    ['POST /keys/k/V/release', 'POST /keys/k//release', 'POST /keys/k/release'],
  ],
  ['getKeyAttestation', 200, undefined, ['GET /keys/k/attestation', 'GET /keys/k/V/attestation']],
  ['getRandomBytes', 200, { count: 8 }, ['POST /rng', 'POST //rng', 'POST /RNG/']],
]

describe.each(SPELLINGS)('%s', (operation, status, json, spellings) => {
  it.each(spellings)('is %s', async (spelling) => {
    const { send, version, done } = watched()
    const target = spelling.replace(/\/V(?=\/|$)/, `/${version}`)
    expect((await send(target, json === undefined ? {} : { json })).status).toBe(status)
    expect(done).toEqual([operation])
  })
})

describe('restoreKey', () => {
  it.each(['POST /keys/restore', 'POST /keys//restore', 'POST /keys/Restore/'])(
    'is %s',
    async (spelling) => {
      const { send } = testRest()
      await send('POST /keys/k/create', { json: { kty: 'oct' } })
      const { json } = await send('POST /keys/k/backup')
      await send('DELETE /keys/k')
      await send('DELETE /deletedkeys/k')
      expect((await send(spelling, { json })).json.key.kty).toBe('oct-HSM')
    },
  )
})

describe('a bodyless POST', () => {
  it.each([undefined, '', 'null', '{}', ' {"unknown":1} '])('takes the body %j', async (body) => {
    const { send } = watched()
    for (const target of ['/keys/k/rotate', '/deletedkeys/d/recover', '/keys/k/backup']) {
      const { status } = await send(`POST ${target}`, body === undefined ? {} : { body })
      expect(status).toBe(200)
    }
  })
})

describe('what is no route', () => {
  it.each(['GET /', 'GET /secrets', 'GET /keys/a/b/c/d', 'GET /keysx', 'GET /rng/a'])(
    '%s is 404 with the body of an error',
    async (target) => {
      const { status, json } = await testRest().send(target)
      expect([status, json.error.code]).toEqual([404, 'ResourceNotFound'])
      expect(json.error.message).toMatch(/^There is nothing at .* \(Activity ID: [0-9a-f-]{36}\)$/)
    },
  )

  it('a method that a path does not have is 405, with those that it has', async () => {
    const { send } = testRest()
    for (const target of ['PUT /keys/a/0123456789abcdef0123456789ABCDEF', 'POST /keys/a']) {
      const { status, headers, json } = await send(target)
      expect([status, json.error.code]).toEqual([405, 'MethodNotAllowed'])
      expect(headers.get('allow')).toMatch(/^(GET, PATCH|PUT, DELETE, GET, PATCH)$/)
    }
  })

  it.each(['TRACE', 'TRACK', 'CONNECT', 'PROPFIND'])('the method %s is 405', async (method) => {
    const { send } = testRest()
    for (const path of ['/keys/a', '/keys/a/latest', '/nothing']) {
      const headers = { 'x-http-request': method }
      const { status, json } = await send(`POST ${path}`, { headers })
      expect([status, json.error.code]).toEqual([405, 'MethodNotAllowed'])
    }
  })

  const version = '0123456789abcdef0123456789abcdef'
  it.each([
    ['GET /keys/a/latest', 'latest'],
    ['GET /keys/a/create', 'create'],
    ['GET /keys/a/backup', 'backup'],
    ['GET /keys/a/0123456789abcdef0123456789abcde', '0123456789abcdef0123456789abcde'],
    ['GET /keys/a/00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'],
    ['PATCH /keys/a/latest', 'latest'],
    ['POST /keys/a/latest', 'latest'],
    ['POST /keys/a/latest/sign', 'latest'],
    [`POST /keys/a/${version}/fly`, 'fly'],
    ['PUT /keys/a/versions', 'versions'],
    ['DELETE /keys/a/latest', 'latest'],
    ['DELETE /keys/a/%6Catest', '%6Catest'],
    ['DELETE /deletedkeys/a/purge', 'purge'],
    ['GET /deletedkeys/a/recover', 'recover'],
  ])('%s takes %s for an operation: 400', async (target, operation) => {
    const { send } = testRest({ profile: 'vault-premium' })
    const json = target.startsWith('P') ? { alg: 'ES256', value: 'AAAA' } : undefined
    const received = await send(target, json && { json })
    const text = operation.includes('%')
      ? 'The request URI contains an invalid name: %6Catest'
      : `Method ${target.split(' ')[0]} does not allow operation '${operation}'`
    expect([received.status, received.json]).toEqual([400, vaultError('BadParameter', text)])
  })

  it.each(['%0D', '%0A', '%00', '%20', '_'])('%s after a version is 400', async (character) => {
    const { send } = testRest()
    for (const target of ['GET /keys/a/', 'DELETE /keys/a/']) {
      const { status, json } = await send(`${target}${version}${character}`)
      expect([status, json.error.code]).toEqual([400, 'BadParameter'])
    }
  })

  it('an empty name is no name, and not the list of keys', async () => {
    const { send } = testRest({ profile: 'vault-premium' })
    for (const target of ['GET /keys//', 'POST /keys//create', 'DELETE /keys//']) {
      const { status, json } = await send(
        target,
        target.startsWith('POST') ? { json: { kty: 'RSA' } } : {},
      )
      expect([status, json.error.message]).toEqual([
        400,
        'The request URI contains an invalid name: ',
      ])
    }
  })

  it.each(['a_b', 'a.b', 'a%2Fb', '%E0%A4%A', 'ü', 'a'.repeat(128)])(
    'the name %s is refused',
    async (name) => {
      const { status, json } = await testRest().send(`GET /keys/${name}`)
      expect([status, json.error.code]).toEqual([400, 'BadParameter'])
      expect(json.error.message).toContain('The request URI contains an invalid name: ')
    },
  )

  it('a target of more than 8,192 characters is 414', async () => {
    const { status, json } = await testRest().send(`GET /keys/${'a'.repeat(8192)}`)
    expect([status, json.error.code]).toEqual([414, 'RequestUriTooLong'])
  })
})

describe('X-HTTP-REQUEST', () => {
  it('makes a POST mean another method', async () => {
    const { send, done } = watched()
    expect((await send('POST /keys/k', { headers: { 'x-http-request': 'get' } })).status).toBe(200)
    expect(
      (await send('POST /keys/k', { headers: { 'x-http-request': 'PATCH' }, json: {} })).status,
    ).toBe(200)
    expect(done).toEqual(['getKey', 'updateKey'])
  })

  it('is not looked at on another method', async () => {
    const { send, done } = watched()
    await send('GET /keys/k', { headers: { 'x-http-request': 'DELETE' } })
    expect(done).toEqual(['getKey'])
  })
})
