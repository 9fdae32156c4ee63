import { describe, expect, it } from 'vitest'
import {
  captureExternalKeyRequest,
  createExternalKey,
  createKey,
  forkHsm,
  type Hsm,
  readAudit,
  updateKey,
  viewHsm,
  wrapKey,
} from '../../src/index.ts'
import { externalSetUp } from '../ekm/external-hsm.ts'
import { visible } from '../snapshot.ts'

const AES = { alg: 'A256KW', value: new Uint8Array(32) }
const wrap = (hsm: Hsm) => wrapKey(hsm, 'kek', AES)
const create = (hsm: Hsm) => createExternalKey(hsm, 'kek', { externalKey: { id: 'aes-1' } })

describe('a captured request', () => {
  it('is what the call asks, and nothing has happened', () => {
    const { hsm, requests } = externalSetUp()
    const before = [visible(forkHsm(hsm)), readAudit(hsm)]
    const captured = captureExternalKeyRequest(hsm, create)
    expect([visible(forkHsm(hsm)), readAudit(hsm)]).toEqual(before)
    expect(requests).toEqual([])
    create(hsm)
    expect(captured?.request).toEqual(requests[0])
    expect(captured?.manager).toBeTypeOf('function')
  })

  it('can be answered later, on a view', () => {
    const { hsm, requests } = externalSetUp()
    create(hsm)
    const captured = captureExternalKeyRequest(hsm, wrap)
    const value = new Uint8Array(40).fill(9)
    expect(captured?.request.operation).toBe('wrapKey')
    expect(wrap(viewHsm(hsm, { externalKeyManager: () => ({ value }) })).value).toEqual(value)
    expect(requests).toHaveLength(1)
  })

  it('is none where the call asks nothing, or is refused before', () => {
    const { hsm } = externalSetUp()
    expect(captureExternalKeyRequest(hsm, wrap)).toBeUndefined()
    createKey(hsm, 'held', { kty: 'oct-HSM' })
    expect(captureExternalKeyRequest(hsm, (fork) => wrapKey(fork, 'held', AES))).toBeUndefined()
    create(hsm)
    updateKey(hsm, 'kek', { attributes: { enabled: false } })
    expect(captureExternalKeyRequest(hsm, wrap)).toBeUndefined()
  })
})
