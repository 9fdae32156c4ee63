import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createEkmConnection,
  createExternalKey,
  createExternalKeyManager,
  createHsm,
  deleteEkmConnection,
  EXTERNAL_KEY_FAILURES,
  type ExternalKeyAnswer,
  forkHsm,
  HsmError,
  readAudit,
  unwrapKey,
  updateKey,
  viewHsm,
  wrapKey,
} from '../../src/index.ts'
import { errorOf, refusalOf } from '../refusal.ts'
import { visible } from '../snapshot.ts'
import { externalSetUp } from './external-hsm.ts'

const VALUE = new Uint8Array(32).fill(5)
const AES = { alg: 'A256KW', value: VALUE }

function withKeys() {
  const setUp = externalSetUp()
  createExternalKey(setUp.hsm, 'kek', { externalKey: { id: 'aes-1' } })
  createExternalKey(setUp.hsm, 'rsa', { externalKey: { id: 'rsa-1' } })
  setUp.requests.length = 0
  return setUp
}

describe('an external key wraps and unwraps', () => {
  it.each([
    ['kek', 'A256KW', 'A256KW'],
    ['kek', 'A256KWP', 'CKM_AES_KEY_WRAP_PAD'],
    ['rsa', 'RSA-OAEP', 'RSA-OAEP'],
    ['rsa', 'RSA-OAEP-256', 'RSA-OAEP-256'],
  ])('%s by %s, as the external HSM does it', (name, alg, there) => {
    const { hsm, external } = withKeys()
    const wrapped = wrapKey(hsm, name, { alg, value: VALUE })
    expect(wrapped).toMatchObject({ alg, kid: expect.stringMatching(`/keys/${name}/`) })
    const id = name === 'kek' ? 'aes-1' : 'rsa-1'
    expect(unwrapKey(external, id, { alg: there, value: wrapped.value }).value).toEqual(VALUE)
    expect(unwrapKey(hsm, name, { alg, value: wrapped.value }).value).toEqual(VALUE)
  })

  it('what an older version wrapped, by that version', () => {
    const { hsm } = withKeys()
    const { kid, value } = wrapKey(hsm, 'kek', AES)
    createExternalKey(hsm, 'kek', { externalKey: { id: 'aes-2' } })
    expect(unwrapKey(hsm, kid, { alg: 'A256KW', value }).value).toEqual(VALUE)
    expect(refusalOf(() => unwrapKey(hsm, 'kek', { alg: 'A256KW', value })).status).toBe(400)
  })

  it('by a request that has all that its manager needs, and a copy of the value', () => {
    const { hsm, requests } = withKeys()
    wrapKey(hsm, 'kek', AES)
    expect(requests).toEqual([
      {
        operation: 'wrapKey',
        keyId: 'aes-1',
        alg: 'A256KW',
        value: VALUE,
        connection: { host: 'ekm.contoso.com', serverCaCertificates: [] },
        context: { correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/), poolName: 'pocket' },
      },
    ])
    expect((requests[0] as { value?: Uint8Array }).value).not.toBe(VALUE)
  })

  it('the lengths that its algorithm has, whatever the value', () => {
    const { hsm } = withKeys()
    void fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (value) => {
        const wrapped = wrapKey(hsm, 'kek', { alg: 'A256KWP', value }).value
        expect(wrapped.length).toBe(Math.ceil(value.length / 8) * 8 + 8)
        expect(unwrapKey(hsm, 'kek', { alg: 'A256KWP', value: wrapped }).value).toEqual(value)
      }),
      { numRuns: 40 },
    )
  })
})

describe('an external key asks nobody', () => {
  it.each([
    ['if it is disabled', 'A256KW', { enabled: false }, 403],
    ['before its time', 'A256KW', { nbf: 4_000_000_000 }, 403],
    ['for an algorithm of another type', 'RSA-OAEP', {}, 400],
    ['for an algorithm that external keys have not', 'CKM_AES_KEY_WRAP', {}, 400],
    ['for an algorithm that is none', 'toString', {}, 400],
  ])('%s', (_, alg, attributes, status) => {
    const { hsm, requests } = withKeys()
    updateKey(hsm, 'kek', { attributes })
    expect(refusalOf(() => wrapKey(hsm, 'kek', { alg, value: VALUE })).status).toBe(status)
    expect(requests).toEqual([])
  })

  it('for a key operation that it may not do', () => {
    const { hsm, requests } = withKeys()
    updateKey(hsm, 'kek', { keyOps: ['unwrapKey'] })
    expect(refusalOf(() => wrapKey(hsm, 'kek', AES))).toMatchObject({
      status: 403,
      innerCode: 'KeyOperationForbidden',
    })
    expect(requests).toEqual([])
  })

  it('without bytes, or without a connection', () => {
    const { hsm, requests } = withKeys()
    expect(refusalOf(() => wrapKey(hsm, 'kek', { ...AES, value: new Uint8Array(0) })).status).toBe(
      400,
    )
    deleteEkmConnection(hsm)
    expect(refusalOf(() => wrapKey(hsm, 'kek', AES)).message).toMatch(/no EKM connection/)
    expect(requests).toEqual([])
  })
})

describe('an external key manager that', () => {
  /** The error of a wrap, which leaves everything as it was. */
  function failing(answer: () => unknown) {
    const setUp = withKeys()
    setUp.answer = answer as () => ExternalKeyAnswer
    const before = visible(forkHsm(setUp.hsm))
    const error = errorOf(() => wrapKey(setUp.hsm, 'kek', AES))
    expect(visible(forkHsm(setUp.hsm))).toEqual(before)
    return { error, setUp }
  }

  it.each([250, 0])('takes %d ms is in time', (milliseconds) => {
    const setUp = withKeys()
    setUp.answer = (request, usual) => {
      setUp.clock.seconds += milliseconds / 1000
      return usual(request)
    }
    expect(wrapKey(setUp.hsm, 'kek', AES).value).toHaveLength(40)
  })

  it('takes longer than 250 ms is too slow, whatever it answers', () => {
    const setUp = withKeys()
    setUp.answer = (request, usual) => {
      setUp.clock.seconds += 0.251
      return usual(request)
    }
    expect(errorOf(() => wrapKey(setUp.hsm, 'kek', AES))).toMatchObject({
      status: 504,
      code: 'GatewayTimeout',
    })
    setUp.answer = () => {
      setUp.clock.seconds += 1
      throw new Error('late')
    }
    expect(errorOf(() => wrapKey(setUp.hsm, 'kek', AES)).status).toBe(504)
  })

  it.each([[new Error('unplugged')], [undefined], ['text']])('throws %s is down', (thrown) => {
    const { error } = failing(() => {
      throw thrown
    })
    expect(error).toMatchObject({ status: 502, code: 'BadGateway' })
    expect(error.message).toMatch(/^The external key manager cannot be reached\./)
    expect(error.message).not.toContain('unplugged')
    if (thrown instanceof Error) expect(error.cause).toBe(thrown)
  })

  it('is not there is down', () => {
    const { hsm } = withKeys()
    const copy = viewHsm(hsm, { externalKeyManager: undefined })
    expect(wrapKey(copy, 'kek', AES).value).toHaveLength(40)
    const alone = externalSetUp({ externalKeyManager: undefined as never })
    const create = () => createExternalKey(alone.hsm, 'kek', { externalKey: { id: 'aes-1' } })
    expect(errorOf(create)).toMatchObject({ status: 502, cause: expect.any(Error) })
  })

  it.each([
    [{ status: 404, code: 'KeyNotFound', message: 'No such key' }],
    [{ status: 403, code: 'KeyDisabled', message: 'Operation WrapKey is not allowed' }],
    [{ status: 429, code: 'Throttled', message: 'Later' }],
    [EXTERNAL_KEY_FAILURES.unreachable],
  ])('refuses with %o: the caller gets the same', (failure) => {
    const { error } = failing(() => failure)
    const { status, code, message } = failure
    expect(error).toMatchObject({ status, code })
    expect(error.message.startsWith(`${message} (Activity ID: `)).toBe(true)
  })

  it.each([
    ['nothing', undefined],
    ['a text', 'wrapped'],
    ['no bytes', { value: 'AAAA' }],
    ['an empty value', { value: new Uint8Array(0) }],
    ['a value of another length', { value: new Uint8Array(41) }],
    ['metadata', { keyType: 'oct', keySize: 256 }],
    ['a status that is none', { status: 200, code: 'OK', message: '' }],
    ['a refusal without code', { status: 404, message: 'No such key' }],
    ['a refusal without message', { status: 404, code: 'KeyNotFound' }],
  ])('answers %s is wrong', (_, answer) => {
    const { error } = failing(() => answer)
    expect(error).toMatchObject({ status: 502, code: 'BadGateway', cause: expect.any(Error) })
    expect(error.message).toMatch(/^The external key manager gave an answer that is not valid\./)
  })

  it('refuses at length is cut short', () => {
    const text = 'x'.repeat(1_000_000)
    const { error } = failing(() => ({ status: 400, code: text, message: text }))
    expect(error.code).toHaveLength(128)
    expect(error.message.length).toBeLessThan(1200)
  })

  it('returns a promise is an error of the test, not of the service', () => {
    const setUp = withKeys()
    setUp.answer = (async () => ({ value: VALUE })) as never
    const wrap = () => wrapKey(setUp.hsm, 'kek', AES)
    expect(wrap).toThrow(/must return its answer at once/)
    expect(wrap).not.toThrow(HsmError)
  })

  it('returns a promise that rejects is no more than that', async () => {
    const setUp = withKeys()
    const unhandled: unknown[] = []
    const note = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', note)
    setUp.answer = (async () => {
      throw new Error('unplugged')
    }) as never
    expect(() => wrapKey(setUp.hsm, 'kek', AES)).toThrow(/must return its answer at once/)
    // Node reports it once the promises of this turn are done.
    await new Promise((resolve) => setImmediate(resolve))
    process.removeListener('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  it('refuses as another HSM does, and the message has one activity: that of the HSM', () => {
    const manager = createExternalKeyManager(createHsm())
    const hsm = createHsm({ externalKeyManager: manager })
    createEkmConnection(hsm, { host: 'ekm.contoso.com', serverCaCertificates: [] })
    const { message } = errorOf(() =>
      createExternalKey(hsm, 'kek', { externalKey: { id: 'nobody' } }),
    )
    expect(message.match(/Activity ID/g)).toHaveLength(1)
  })

  it.each([
    ['oct of 128 bits', { keyType: 'oct', keySize: 128 }],
    ['a type that cannot be external', { keyType: 'EC', keySize: 256 }],
    ['RSA without a modulus', { keyType: 'RSA', keySize: 2048, e: new Uint8Array([1, 0, 1]) }],
    [
      'RSA of another size',
      { keyType: 'RSA', keySize: 3072, n: new Uint8Array(256).fill(255), e: new Uint8Array([3]) },
    ],
    [
      'RSA with a leading zero',
      {
        keyType: 'RSA',
        keySize: 2048,
        n: new Uint8Array(257).fill(255, 1),
        e: new Uint8Array([3]),
      },
    ],
    [
      'an even exponent',
      { keyType: 'RSA', keySize: 2048, n: new Uint8Array(256).fill(255), e: new Uint8Array([2]) },
    ],
  ])('has %s gives no key', (_, metadata) => {
    const setUp = externalSetUp()
    setUp.answer = () => metadata as ExternalKeyAnswer
    const create = () => createExternalKey(setUp.hsm, 'kek', { externalKey: { id: 'any' } })
    expect(errorOf(create)).toMatchObject({ status: 502, code: 'BadGateway' })
  })

  it('is another HSM refuses what that refuses', () => {
    const { hsm } = externalSetUp()
    const create = (id: string) => () => createExternalKey(hsm, 'kek', { externalKey: { id } })
    const unknown = errorOf(create('nobody'))
    expect(unknown).toMatchObject({ status: 404, code: 'KeyNotFound' })
    expect(unknown.message.match(/Activity ID/g)).toHaveLength(1)
    expect(errorOf(create('ec'))).toMatchObject({ status: 403, code: 'Forbidden' })
    expect(errorOf(create('small'))).toMatchObject({ status: 502, code: 'BadGateway' })
  })
})

const PROXY = 'https://ekm.contoso.com'

describe('the audit trail', () => {
  it('says what was asked of the external key manager, and how that ended', () => {
    const setUp = withKeys()
    wrapKey(setUp.hsm, 'kek', AES)
    setUp.answer = () => ({ status: 403, code: 'KeyDisabled', message: 'No' })
    refusalOf(() => unwrapKey(setUp.hsm, 'kek', { alg: 'A256KW', value: new Uint8Array(40) }))
    const entries = readAudit(setUp.hsm).entries.map(({ operation, external }) => ({
      operation,
      external,
    }))
    expect(entries.slice(-4)).toEqual([
      {
        operation: 'createKey',
        external: {
          operation: 'metadata',
          keyId: 'aes-1',
          url: `${PROXY}/aes-1/metadata`,
          status: 200,
        },
      },
      {
        operation: 'createKey',
        external: {
          operation: 'metadata',
          keyId: 'rsa-1',
          url: `${PROXY}/rsa-1/metadata`,
          status: 200,
        },
      },
      {
        operation: 'wrapKey',
        external: {
          operation: 'wrapKey',
          keyId: 'aes-1',
          url: `${PROXY}/aes-1/wrapkey`,
          status: 200,
        },
      },
      {
        operation: 'unwrapKey',
        external: {
          operation: 'unwrapKey',
          keyId: 'aes-1',
          url: `${PROXY}/aes-1/unwrapkey`,
          status: 403,
        },
      },
    ])
  })

  it('says nothing of it for a key that the HSM holds', () => {
    const hsm = createHsm()
    expect(readAudit(hsm).entries.every((entry) => !('external' in entry))).toBe(true)
  })
})
