/** External key managers that no honest one is like: what they return is not trusted, what they do meanwhile is found. */

import { describe, expect, it } from 'vitest'
import {
  createExternalKey,
  createHsm,
  createKey,
  type ExternalKeyAnswer,
  type ExternalKeyManager,
  forkHsm,
  getEkmConnection,
  getKey,
  listKeys,
  readAudit,
  unwrapKey,
  viewHsm,
  wrapKey,
} from '../../src/index.ts'
import { errorOf, refusalOf } from '../refusal.ts'
import { visible } from '../snapshot.ts'
import { CONNECTION, externalSetUp } from './external-hsm.ts'

const AES = { alg: 'A256KW', value: new Uint8Array(32).fill(5) }
const PRIVATE = 'nothing that a caller should read'

class LongerThanItIs extends Uint8Array {
  override get length(): number {
    return 40
  }
}
class Endless extends Uint8Array {
  override *[Symbol.iterator](): ArrayIterator<number> {
    while (true) yield 1
  }
}

const throwing = (name: string) =>
  Object.defineProperty({}, name, {
    get() {
      throw new Error(PRIVATE)
    },
  })
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function withKey() {
  const setUp = externalSetUp()
  createExternalKey(setUp.hsm, 'kek', { externalKey: { id: 'aes-1' } })
  return setUp
}

describe('an external key manager whose answer', () => {
  it.each([
    ['has a status that throws', throwing('status')],
    ['has a value that throws', throwing('value')],
    ['throws when it is asked whether it is a promise', throwing('then')],
    ['is a proxy that is revoked', revoked()],
    ['has a proxy for bytes', { value: new Proxy(new Uint8Array(40), {}) }],
    ['has an object for bytes', { value: Object.create(Uint8Array.prototype) as Uint8Array }],
    ['has bytes that say they are more', { value: new LongerThanItIs(3) }],
  ])('%s gives a 502, which the trail has', (_, answer) => {
    const setUp = withKey()
    setUp.answer = () => answer as ExternalKeyAnswer
    const before = visible(forkHsm(setUp.hsm))
    const error = errorOf(() => wrapKey(setUp.hsm, 'kek', AES))
    expect(error).toMatchObject({ status: 502, code: 'BadGateway', cause: expect.any(Error) })
    expect(error.message).not.toContain(PRIVATE)
    expect(readAudit(setUp.hsm).entries.at(-1)?.external?.status).toBe(502)
    expect(visible(forkHsm(setUp.hsm))).toEqual(before)
  })

  it('has bytes without end gives those that they hold', () => {
    const setUp = withKey()
    setUp.answer = () => ({ value: new Endless(40) })
    expect(wrapKey(setUp.hsm, 'kek', AES).value).toEqual(new Uint8Array(40))
  })

  it('is changed later changes neither a result nor a key', () => {
    const setUp = externalSetUp()
    const n = new Uint8Array(256).fill(255)
    const e = new Uint8Array([1, 0, 1])
    setUp.answer = () => ({ keyType: 'RSA', keySize: 2048, n, e })
    const { key } = createExternalKey(setUp.hsm, 'kek', { externalKey: { id: 'any' } })
    n.fill(1)
    e.fill(2)
    expect(getKey(setUp.hsm, 'kek').key).toEqual(key)
    const value = new Uint8Array(256)
    setUp.answer = () => ({ value })
    const wrapped = wrapKey(setUp.hsm, 'kek', { ...AES, alg: 'RSA-OAEP' })
    value.fill(9)
    expect(wrapped.value).toEqual(new Uint8Array(256))
  })

  it('opens a wrapped key that is too short gives an error that says so', () => {
    const setUp = withKey()
    setUp.answer = () => ({ value: new Uint8Array(1) })
    for (const alg of ['A256KW', 'A256KWP']) {
      const value = new Uint8Array(8)
      const { message } = errorOf(() => unwrapKey(setUp.hsm, 'kek', { alg, value }))
      expect(message).toContain('A wrapped key of this length must be refused.')
    }
  })

  it('is not valid gives an error that says why, for the author of a proxy', () => {
    const setUp = withKey()
    setUp.answer = () => ({ value: new Uint8Array(3) })
    const { message } = errorOf(() => wrapKey(setUp.hsm, 'kek', AES))
    expect(message).toContain('is not valid. value must have 40 bytes, not 3.')
  })
})

describe('an external key manager that', () => {
  it('changes the request changes neither the HSM nor its trail', () => {
    const setUp = withKey()
    setUp.answer = (request, usual) => {
      const answer = usual(request)
      const { connection } = request
      Object.assign(request, { operation: 'info', keyId: 'aes-2' })
      Object.assign(connection, { host: 'elsewhere' })
      return answer
    }
    wrapKey(setUp.hsm, 'kek', AES)
    expect(readAudit(setUp.hsm).entries.at(-1)?.external).toEqual({
      operation: 'wrapKey',
      keyId: 'aes-1',
      url: 'https://ekm.contoso.com/aes-1/wrapkey',
      status: 200,
    })
    expect(getEkmConnection(setUp.hsm)).toEqual(CONNECTION)
  })

  it('gives its key to another version meanwhile gives it to that one only', () => {
    const setUp = externalSetUp()
    setUp.answer = (request, usual) => {
      setUp.answer = undefined
      createExternalKey(setUp.hsm, 'other', { externalKey: { id: 'aes-1' } })
      return usual(request)
    }
    const create = () => createExternalKey(setUp.hsm, 'kek', { externalKey: { id: 'aes-1' } })
    expect(refusalOf(create).status).toBe(409)
    expect(listKeys(setUp.hsm).value.map(({ kid }) => kid.split('/').at(-1))).toEqual(['other'])
  })

  it('creates a key of the HSM with the name meanwhile has made none of it external', () => {
    const setUp = externalSetUp()
    setUp.answer = (request, usual) => {
      createKey(setUp.hsm, 'kek', { kty: 'oct-HSM' })
      return usual(request)
    }
    const create = () => createExternalKey(setUp.hsm, 'kek', { externalKey: { id: 'aes-1' } })
    expect(refusalOf(create).status).toBe(400)
    expect(getKey(setUp.hsm, 'kek').attributes).not.toHaveProperty('external_key')
  })

  it('is null is absent', () => {
    const none = { externalKeyManager: null as unknown as ExternalKeyManager }
    const { hsm } = externalSetUp(none)
    const create = () => createExternalKey(hsm, 'kek', { externalKey: { id: 'aes-1' } })
    expect(String(errorOf(create).cause)).toContain('was given no externalKeyManager')
    const { hsm: usual } = withKey()
    expect(wrapKey(viewHsm(usual, none), 'kek', AES).value).toHaveLength(40)
    expect(createHsm(none).profile).toBe('managed-hsm')
  })
})

describe('attributes of an external key', () => {
  it('name the same external key, or none', () => {
    const { hsm } = externalSetUp()
    const create = (id: string) =>
      createExternalKey(hsm, 'kek', {
        externalKey: { id: 'aes-1' },
        attributes: { external_key: { id } },
      })
    expect(refusalOf(() => create('aes-2'))).toMatchObject({ status: 400, code: 'BadParameter' })
    expect(create('aes-1').attributes.external_key).toEqual({ id: 'aes-1' })
  })
})
