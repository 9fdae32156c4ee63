/** Bodies that are not what they should be: a 4xx with the body of an error, and nothing has changed. */

import { describe, expect, it } from 'vitest'
import { base64url, testRest } from '../rest-client.ts'

const CREATE = 'POST /keys/a/create'

/** Sends to a vault without keys; holds that there is none afterwards. */
async function refused(
  target: string,
  sending: Parameters<ReturnType<typeof testRest>['send']>[1],
) {
  const { send } = testRest({ profile: 'vault-premium' })
  const { status, json } = await send(target, sending)
  expect((await send('GET /keys')).json.value).toEqual([])
  return [status, json.error.code, json.error.message]
}

describe('a body', () => {
  it.each([
    ['that is empty', '', 'The request body is missing.'],
    ['that is no JSON', '{"kty":', 'The request body is not valid JSON in UTF-8.'],
    ['that is two', '{}{}', 'The request body is not valid JSON in UTF-8.'],
    ['that is null', 'null', 'The request body must be a JSON object.'],
    ['that is a list', '[]', 'The request body must be a JSON object.'],
    ['that is text', '"kty"', 'The request body must be a JSON object.'],
    ['that is deep', '['.repeat(100_000), 'The request body is not valid JSON in UTF-8.'],
    [
      'with a deep member',
      `{"kty":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      'The property "kty" must be a string.',
    ],
    ['with a number for text', '{"kty":1}', 'The property "kty" must be a string.'],
    [
      'with text for a number',
      '{"kty":"RSA","key_size":"2048"}',
      'The property "key_size" must be a number.',
    ],
    [
      'with a huge number',
      '{"kty":"RSA","key_size":1e999}',
      'Invalid key_size for a key of type RSA: Infinity',
    ],
    [
      'with a time out of range',
      '{"kty":"EC","attributes":{"exp":-1}}',
      'The attribute exp must be a whole number of Unix seconds.',
    ],
    [
      'with a list for an object',
      '{"kty":"EC","attributes":[]}',
      'The property "attributes" must be an object.',
    ],
    [
      'with a word for a flag',
      '{"kty":"EC","attributes":{"enabled":"yes"}}',
      'The property "enabled" must be true or false.',
    ],
    [
      'with text for a list',
      '{"kty":"EC","key_ops":"sign"}',
      'The property "key_ops" must be a list of strings.',
    ],
    [
      'with a number in a list',
      '{"kty":"EC","key_ops":[1]}',
      'The property "key_ops" must be a list of strings.',
    ],
    [
      'with an object for a tag',
      '{"kty":"EC","tags":{"a":{}}}',
      'The value of tag a must be a string.',
    ],
    ['without a type', '{}', 'Property  has invalid value\r\n'],
    ['with a type of null', '{"kty":null}', 'Property  has invalid value\r\n'],
  ])('%s is refused', async (_, body, message) => {
    expect(await refused(CREATE, { body })).toEqual([400, 'BadParameter', message])
  })

  it('that is not UTF-8 is refused', async () => {
    const body = Uint8Array.of(
      ...Buffer.from('{"kty":"EC","tags":{"a":"'),
      0xff,
      ...Buffer.from('"}}'),
    )
    expect(await refused(CREATE, { body })).toEqual([
      400,
      'BadParameter',
      'The request body is not valid JSON in UTF-8.',
    ])
  })

  it('of more bytes than the limit is 413, also without its length in a header', async () => {
    const bytes = new Uint8Array(10_000_000).fill(0x20)
    const stream = new Blob([bytes]).stream()
    for (const body of [bytes, stream]) {
      const [status, code] = await refused(CREATE, { body })
      expect([status, code]).toEqual([413, 'RequestEntityTooLarge'])
    }
    const headers = { 'content-length': '10000000' }
    expect((await refused(CREATE, { body: '{}', headers }))[0]).toBe(413)
  })

  it('up to the limit is taken', async () => {
    const { send } = testRest({}, { maxBodyLength: 12 })
    expect((await send(CREATE, { body: '{"kty":"EC"}' })).status).toBe(200)
    expect((await send(CREATE, { body: '{"kty":"EC"} ' })).status).toBe(413)
  })

  it('may come in pieces, between the bytes of a letter', async () => {
    const bytes = Buffer.from('{"kty":"EC","tags":{"a":"ü"}}')
    const pieces = [...bytes].map((byte) => Uint8Array.of(byte))
    const stream = new ReadableStream({
      pull: (controller) => {
        const piece = pieces.shift()
        if (piece) controller.enqueue(piece)
        else controller.close()
      },
    })
    const { json } = await testRest().send(CREATE, { body: stream })
    expect(json.tags).toEqual({ a: 'ü' })
  })

  it('that breaks off is refused', async () => {
    const stream = new ReadableStream({
      pull: (controller) => controller.error(new Error('cut')),
    })
    expect((await refused(CREATE, { body: stream })).slice(0, 2)).toEqual([400, 'BadParameter'])
  })

  it('with a byte order mark is taken', async () => {
    const { send } = testRest()
    expect((await send(CREATE, { body: '\ufeff{"kty":"EC"}' })).status).toBe(200)
  })

  it('says a member twice: the last one counts', async () => {
    const { send } = testRest()
    const { json } = await send(CREATE, { body: '{"kty":"EC","kty":"oct"}' })
    expect(json.key.kty).toBe('oct-HSM')
  })

  it('may name members that objects have anyway', async () => {
    const { send } = testRest()
    const body = '{"kty":"EC","__proto__":{"kty":"oct"},"tags":{"__proto__":"x","constructor":"y"}}'
    const { json, text } = await send(CREATE, { body })
    expect(json.key.kty).toBe('EC-HSM')
    expect(text).toContain('"tags":{"__proto__":"x","constructor":"y"}')
  })

  it('may say null for what it leaves out', async () => {
    const { send } = testRest()
    const body = '{"kty":"EC","key_size":null,"key_ops":null,"attributes":{"exp":null},"tags":null}'
    expect((await send(CREATE, { body })).status).toBe(200)
  })
})

describe('what is unknown', () => {
  const json = { kty: 'EC', colour: 'red', attributes: { taste: 'salt' } }

  it('is ignored', async () => {
    expect((await testRest().send(CREATE, { json })).status).toBe(200)
  })

  it('is refused by a strict handler, at every depth', async () => {
    const { send } = testRest({ profile: 'vault-premium' }, { strict: true })
    const first = await send(CREATE, { json })
    expect([first.status, first.json.error.message]).toEqual([
      400,
      'Unknown property "colour" in "body".',
    ])
    const second = await send(CREATE, { json: { kty: 'EC', attributes: { taste: 'salt' } } })
    expect(second.json.error.message).toBe('Unknown property "taste" in "attributes".')
  })

  it('does not mean what is read-only: clients send that back', async () => {
    const { send } = testRest({}, { strict: true })
    const created = await send(CREATE, { json: { kty: 'EC' } })
    const { attributes } = created.json
    expect((await send('PATCH /keys/a', { json: { attributes } })).status).toBe(200)
  })
})

describe('the content encoding', () => {
  it.each(['gzip', 'br', 'gzip, identity', 'x'])('%s is 415', async (encoding) => {
    const sending = { body: '{"kty":"EC"}', headers: { 'content-encoding': encoding } }
    const [status, code] = await refused(CREATE, sending)
    expect([status, code]).toEqual([415, 'UnsupportedMediaType'])
  })

  it('identity is accepted', async () => {
    const sending = { body: '{"kty":"EC"}', headers: { 'content-encoding': 'identity' } }
    expect((await testRest().send(CREATE, sending)).status).toBe(200)
  })

  it('of a request without a body is ignored', async () => {
    const headers = { 'content-encoding': 'gzip' }
    expect((await testRest().send('GET /keys', { headers })).status).toBe(200)
  })
})

describe('the body of a cryptographic operation', () => {
  it.each(['encrypt', 'decrypt', 'sign', 'verify', 'wrapkey', 'unwrapkey'])(
    'has at most 256 KiB: %s',
    async (operation) => {
      const { send } = testRest()
      const body = (length: number) => `{"alg":"${'x'.repeat(length - 10)}"}`
      const target = `POST /keys/a/${operation}`
      expect((await send(target, { body: body(256 * 1024 + 1) })).status).toBe(413)
      expect((await send(target, { body: body(256 * 1024) })).status).not.toBe(413)
    },
  )

  it('has at most what the handler allows', async () => {
    const { send } = testRest({}, { maxBodyLength: 100 })
    expect((await send('POST /keys/a/sign', { body: ' '.repeat(101) })).status).toBe(413)
  })
})

describe('the content type', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'application/problem+json'])(
    '%s is taken by a strict handler',
    async (type) => {
      const { send } = testRest({}, { strict: true })
      const sending = { body: '{"kty":"EC"}', headers: { 'content-type': type } }
      expect((await send(CREATE, sending)).status).toBe(200)
    },
  )

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    '%s does not matter, but to a strict handler',
    async (type) => {
      const sending = { body: '{"kty":"EC"}', headers: { 'content-type': type } }
      expect((await testRest().send(CREATE, sending)).status).toBe(200)
      const { status, json } = await testRest({}, { strict: true }).send(CREATE, sending)
      expect([status, json.error.code]).toEqual([415, 'BadParameter'])
    },
  )
})

describe('bytes', () => {
  const sent = async (value: string) => {
    const { send } = testRest({ profile: 'managed-hsm' })
    await send(CREATE, { json: { kty: 'EC' } })
    return (await send('POST /keys/a/sign', { json: { alg: 'ES256', value } })).status
  }
  const digest = new Uint8Array(32).fill(0xfb)

  it('are base64url, with or without padding', async () => {
    expect(await sent(base64url(digest))).toBe(200)
    expect(await sent(`${base64url(digest)}=`)).toBe(200)
  })

  it.each(['+/', 'a b', 'ä', 'A'])('are refused as %j', async (value) => {
    expect(await sent(value)).toBe(400)
  })

  it.each([
    ['POST /keys/a/sign', 'value'],
    ['POST /keys/a/verify', 'digest'],
    ['POST /keys/a/decrypt', 'value'],
    ['POST /keys/restore', 'value'],
  ])('of %s that are not base64url count as a missing %s', async (target, member) => {
    const { send } = testRest({ profile: 'vault-premium' })
    const { status, json } = await send(target, { json: { [member]: 'ab+/cd==' } })
    expect([status, json.error]).toEqual([
      400,
      {
        code: 'BadParameter',
        message: `Content of '${member}' is not base64url.\r\nProperty '${member}' is required.\r\n`,
      },
    ])
  })

  it.each(['iv', 'tag', 'aad'])('of an %s that are not base64url are named', async (member) => {
    const json = { alg: 'A256GCM', value: 'AAAA', [member]: 'ab+/cd==' }
    const received = await testRest().send('POST /keys/a/decrypt', { json })
    expect(received.status).toBe(400)
    expect(received.json.error.message).toContain(
      `Content of '${member}' is not base64url.\r\n (Activity ID: `,
    )
  })

  it('that must be there are named where they are not', async () => {
    const { send } = testRest({ profile: 'vault-premium' })
    await send(CREATE, { json: { kty: 'EC' } })
    for (const [operation, member] of [
      ['sign', 'value'],
      ['verify', 'digest'],
    ]) {
      const { json } = await send(`POST /keys/a/${operation}`, { json: { alg: 'ES256' } })
      expect(json.error.message).toBe(`Property '${member}' is required.\r\n`)
    }
  })
})
