import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  createSecurityDomain,
  deleteKey,
  getKey,
  importKey,
  restoreKey,
  rotateKey,
  updateKey,
} from '../../src/index.ts'
import { rsaJwk } from '../known-keys.ts'
import { badParameter, itRefuses, keyNotFound } from '../refusal.ts'
import { snapshot } from '../snapshot.ts'
import { DAY, testHsm } from '../test-hsm.ts'

const SECRET = Buffer.alloc(32, 0x5a)

const securityDomain = () => createSecurityDomain(() => Uint8Array.from(SECRET))

/** RFC 7516 section 5.2 and RFC 7518 section 5.2.2.2, on node:crypto alone. */
function openJwe(compact: Uint8Array): { readonly header: unknown; readonly payload: string } {
  const [protectedHeader = '', , ...parts] = Buffer.from(compact).toString('ascii').split('.')
  const [iv, ciphertext, tag] = parts.map((part) => Buffer.from(part, 'base64url'))
  if (iv === undefined || ciphertext === undefined) throw new Error('no five parts')
  const key = Buffer.from(hkdfSync('sha256', SECRET, '', 'backup-protection-key', 64))
  const length = Buffer.alloc(8)
  length.writeBigUInt64BE(8n * BigInt(protectedHeader.length))
  const authenticated = [Buffer.from(protectedHeader), iv, ciphertext, length]
  const mac = createHmac('sha512', key.subarray(0, 32)).update(Buffer.concat(authenticated))
  expect(mac.digest().subarray(0, 32)).toEqual(tag)
  const cipher = createDecipheriv('aes-256-cbc', key.subarray(32), iv)
  return {
    header: JSON.parse(Buffer.from(protectedHeader, 'base64url').toString()),
    payload: Buffer.concat([cipher.update(ciphertext), cipher.final()]).toString(),
  }
}

describe('backupKey', () => {
  it('answers a JWE in compact form that any implementation opens with the key of the domain', () => {
    const domain = securityDomain()
    const { hsm } = testHsm({ securityDomain: domain })
    createKey(hsm, 'Orders', { kty: 'EC' })
    const { header, payload } = openJwe(backupKey(hsm, 'orders'))
    expect(header).toEqual({
      alg: 'dir',
      enc: 'A256CBC-HS512',
      kid: 'backup-protection-key',
      security_domain: domain.id,
    })
    expect(JSON.parse(payload).name).toBe('Orders')
  })

  it('answers five parts of ASCII, the second empty', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'oct' })
    expect(Buffer.from(backupKey(hsm, 'orders')).toString('latin1')).toMatch(
      /^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/,
    )
  })

  it('holds every version', () => {
    const { hsm } = testHsm({ securityDomain: securityDomain() })
    const kids = [createKey(hsm, 'orders', { kty: 'EC' }), rotateKey(hsm, 'orders')]
    const { payload } = openJwe(backupKey(hsm, 'orders'))
    for (const { key } of kids) expect(payload).toContain(key.kid.split('/').at(-1))
  })

  it('never answers the same bytes twice', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'oct' })
    const [first, second] = [backupKey(hsm, 'orders'), backupKey(hsm, 'orders')]
    expect(Buffer.from(first).equals(second)).toBe(false)
  })

  it('shows nothing of the key', () => {
    const { hsm } = testHsm()
    const jwk = rsaJwk()
    importKey(hsm, 'letters', jwk)
    const blob = Buffer.from(backupKey(hsm, 'letters')).toString('latin1')
    for (const member of [jwk.d, jwk.p, jwk.n]) expect(blob).not.toContain(member)
  })

  it('takes a name in any case, and an identifier whatever version stands in it', () => {
    const { hsm } = testHsm()
    const { key } = createKey(hsm, 'Orders', { kty: 'EC' })
    const current = rotateKey(hsm, 'orders')
    for (const reference of ['ORDERS', key.kid]) {
      const other = createHsm({ baseUrl: hsm.baseUrl, seed: 'pocket-hsm tests' })
      expect(restoreKey(other, backupKey(hsm, reference))).toEqual(current)
    }
  })

  it('backs up a disabled, an expired and an unusable key', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'a', { kty: 'EC', attributes: { enabled: false } })
    createKey(hsm, 'b', { kty: 'EC', attributes: { exp: 1 } })
    createKey(hsm, 'c', { kty: 'EC' })
    updateKey(hsm, 'c', { keyOps: [] })
    for (const name of ['a', 'b', 'c']) expect(backupKey(hsm, name).length).toBeGreaterThan(500)
  })

  it('changes nothing of the key', () => {
    const { hsm } = testHsm()
    const before = createKey(hsm, 'orders', { kty: 'EC' })
    backupKey(hsm, 'orders')
    expect(getKey(hsm, 'orders')).toEqual(before)
  })

  it('draws from the stream of its own key alone', () => {
    const { hsm } = testHsm()
    const { hsm: other } = testHsm()
    for (const both of [hsm, other]) createKey(both, 'orders', { kty: 'EC' })
    createKey(hsm, 'letters', { kty: 'EC' })
    createKey(other, 'letters', { kty: 'EC' })
    backupKey(hsm, 'letters')
    expect(backupKey(hsm, 'orders')).toEqual(backupKey(other, 'orders'))
    backupKey(other, 'letters')
    expect(snapshot(hsm)).toEqual(snapshot(other))
  })
})

describe('backupKey refuses', () => {
  itRefuses(
    'a name that nobody has',
    (hsm) => () => backupKey(hsm, 'nobody'),
    keyNotFound('nobody'),
  )
  itRefuses(
    'a deleted key',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      return () => backupKey(hsm, 'orders')
    },
    keyNotFound('orders'),
  )
  itRefuses(
    'a key whose retention has passed',
    (hsm, clock) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      clock.seconds += 90 * DAY
      return () => backupKey(hsm, 'orders')
    },
    keyNotFound('orders'),
  )
  itRefuses(
    'an invalid name',
    (hsm) => () => backupKey(hsm, 'a_b'),
    badParameter('The request URI contains an invalid name: a_b'),
  )
})
