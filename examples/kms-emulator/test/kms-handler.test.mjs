// The emulator as its clients see it: requests in, responses out. node:crypto verifies what it signs.

import { createHash, createPublicKey, verify } from 'node:crypto'
import { createHsm, deleteKey, exportState, updateKey } from 'pocket-hsm'
import { beforeEach, describe, expect, it } from 'vitest'
import { createKmsHandler } from '../kms-handler.mjs'
import { KEY_SPECS, SIGNING_ALGORITHMS } from '../kms-tables.mjs'

const MESSAGE = Buffer.from('one coffee')

let hsm
let handler

beforeEach(() => {
  hsm = createHsm({ seed: 'kms' })
  handler = createKmsHandler(hsm)
})

async function send(operation, body) {
  const response = await handler(
    new Request('https://kms.eu-central-1.amazonaws.com/', {
      method: 'POST',
      headers: {
        'x-amz-target': `TrentService.${operation}`,
        'content-type': 'application/x-amz-json-1.1',
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  )
  return { status: response.status, ...(await response.json()) }
}

const create = async (KeySpec) => (await send('CreateKey', { KeySpec })).KeyMetadata
const base64 = (bytes) => Buffer.from(bytes).toString('base64')

/** What node:crypto needs to verify with each algorithm. */
const NODE_OPTIONS = {
  RSASSA_PSS_SHA_256: { padding: 6, saltLength: 32 },
}

describe('keys', () => {
  it.each(Object.entries(KEY_SPECS))('%s is created with its usage', async (KeySpec, { usage }) => {
    const { KeyId, Arn, KeyUsage, Enabled } = await create(KeySpec)
    expect(KeyId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(Arn).toBe(`arn:aws:kms:eu-central-1:111122223333:key/${KeyId}`)
    expect([KeyUsage, Enabled]).toEqual([usage, true])
  })

  it('have the same ids for the same seed', async () => {
    const { KeyId } = await create('ECC_NIST_P256')
    handler = createKmsHandler(createHsm({ seed: 'kms' }))
    expect((await create('ECC_NIST_P256')).KeyId).toBe(KeyId)
  })
})

describe('signatures', () => {
  const specs = {
    ECDSA_SHA_256: 'ECC_NIST_P256',
    ECDSA_SHA_384: 'ECC_NIST_P384',
    ECDSA_SHA_512: 'ECC_NIST_P521',
    RSASSA_PSS_SHA_256: 'RSA_2048',
    RSASSA_PKCS1_V1_5_SHA_256: 'RSA_2048',
  }

  it.each(Object.entries(SIGNING_ALGORITHMS))(
    '%s: node:crypto verifies, and so does Verify',
    async (SigningAlgorithm, { hash }) => {
      const { KeyId, Arn } = await create(specs[SigningAlgorithm])
      const request = { KeyId, Message: base64(MESSAGE), SigningAlgorithm }
      const { Signature } = await send('Sign', request)

      const { PublicKey } = await send('GetPublicKey', { KeyId: Arn })
      const der = Buffer.from(PublicKey, 'base64')
      const key = {
        key: createPublicKey({ key: der, format: 'der', type: 'spki' }),
        ...NODE_OPTIONS[SigningAlgorithm],
      }
      expect(verify(hash, MESSAGE, key, Buffer.from(Signature, 'base64'))).toBe(true)
      expect(await send('Verify', { ...request, Signature })).toEqual({
        status: 200,
        KeyId: Arn,
        SigningAlgorithm,
        SignatureValid: true,
      })
    },
  )

  it('of a digest are signatures of its message', async () => {
    const { KeyId } = await create('ECC_NIST_P256')
    const SigningAlgorithm = 'ECDSA_SHA_256'
    const Message = base64(createHash('sha256').update(MESSAGE).digest())
    const { Signature } = await send('Sign', {
      KeyId,
      SigningAlgorithm,
      Message,
      MessageType: 'DIGEST',
    })
    const request = { KeyId, SigningAlgorithm, Message: base64(MESSAGE), Signature }
    expect(await send('Verify', request)).toMatchObject({ SignatureValid: true })
  })

  it.each([
    ['of another message', (signature) => signature, 'two coffees'],
    ['with a changed bit', (signature) => signature.with(-1, signature.at(-1) ^ 1), 'one coffee'],
    ['that is not DER', () => Uint8Array.of(1, 2, 3), 'one coffee'],
  ])('%s is refused', async (_title, change, message) => {
    const { KeyId } = await create('ECC_NIST_P256')
    const request = { KeyId, SigningAlgorithm: 'ECDSA_SHA_256' }
    const { Signature } = await send('Sign', { ...request, Message: base64(MESSAGE) })
    const changed = base64(change(new Uint8Array(Buffer.from(Signature, 'base64'))))
    const answer = await send('Verify', {
      ...request,
      Message: base64(Buffer.from(message)),
      Signature: changed,
    })
    expect(answer).toMatchObject({ status: 400, __type: 'KMSInvalidSignatureException' })
  })
})

describe('ciphertexts', () => {
  const EncryptionContext = { tenant: 'shop', purpose: 'orders' }

  async function sealed() {
    const { KeyId, Arn } = await create()
    const request = { KeyId, Plaintext: base64(MESSAGE), EncryptionContext }
    return { KeyId, Arn, CiphertextBlob: (await send('Encrypt', request)).CiphertextBlob }
  }

  it('name their key, and open with the same context in any order', async () => {
    const { Arn, CiphertextBlob } = await sealed()
    const context = { purpose: 'orders', tenant: 'shop' }
    const opened = await send('Decrypt', { CiphertextBlob, EncryptionContext: context })
    expect(opened).toEqual({ status: 200, KeyId: Arn, Plaintext: base64(MESSAGE) })
  })

  it.each([
    ['another context', (blob) => blob, { tenant: 'shop' }],
    ['a changed bit', (blob) => blob.with(-1, blob.at(-1) ^ 1), EncryptionContext],
    ['a changed key', (blob) => blob.with(0, 0x78), EncryptionContext],
    ['half its bytes', (blob) => blob.subarray(0, 40), EncryptionContext],
  ])('with %s do not open', async (_title, change, context) => {
    const { CiphertextBlob } = await sealed()
    const changed = base64(change(new Uint8Array(Buffer.from(CiphertextBlob, 'base64'))))
    const answer = await send('Decrypt', { CiphertextBlob: changed, EncryptionContext: context })
    expect(answer).toMatchObject({ status: 400, __type: 'InvalidCiphertextException' })
  })

  it('do not open while the key is disabled', async () => {
    const { KeyId, CiphertextBlob } = await sealed()
    updateKey(hsm, KeyId, { attributes: { enabled: false } })
    const answer = await send('Decrypt', { CiphertextBlob, EncryptionContext })
    expect(answer).toMatchObject({ status: 400, __type: 'DisabledException' })
  })
})

describe('a request that cannot be served gets the exception of the service', () => {
  const sign = { SigningAlgorithm: 'ECDSA_SHA_256', Message: base64(MESSAGE) }

  it.each([
    ['an unknown operation', 'toString', {}, 'ValidationException'],
    ['a body that is not JSON', 'CreateKey', '{', 'SerializationException'],
    ['a body that is null', 'Sign', 'null', 'ValidationException'],
    ['a missing plaintext', 'Encrypt', { KeyId: 'a' }, 'ValidationException'],
    ['a ciphertext that is a number', 'Decrypt', { CiphertextBlob: 1 }, 'ValidationException'],
    ['an unknown KeySpec', 'CreateKey', { KeySpec: 'RSA_1' }, 'ValidationException'],
    ['an unknown key', 'Sign', { ...sign, KeyId: 'nobody' }, 'NotFoundException'],
    ['a message that is not base64', 'Sign', { ...sign, Message: '?' }, 'ValidationException'],
  ])('%s', async (_title, operation, body, __type) => {
    expect(await send(operation, body)).toMatchObject({ status: 400, __type })
  })

  it('a key of another usage', async () => {
    const { KeyId } = await create('ECC_NIST_P256')
    const answer = await send('Encrypt', { KeyId, Plaintext: base64(MESSAGE) })
    expect(answer).toMatchObject({ status: 400, __type: 'InvalidKeyUsageException' })
  })

  it('an algorithm of another key type', async () => {
    const { KeyId } = await create('RSA_2048')
    expect(await send('Sign', { ...sign, KeyId })).toMatchObject({ __type: 'ValidationException' })
  })

  it('the public part of a symmetric key', async () => {
    const { KeyId } = await create()
    expect(await send('GetPublicKey', { KeyId })).toMatchObject({ __type: 'ValidationException' })
  })

  it('and leaves the HSM as it was', async () => {
    const before = exportState(hsm)
    await send('CreateKey', { KeySpec: 'RSA_1' })
    expect(exportState(hsm)).toEqual(before)
  })

  it('a key that was deleted', async () => {
    const { KeyId } = await create('ECC_NIST_P256')
    deleteKey(hsm, KeyId)
    expect(await send('Sign', { ...sign, KeyId })).toMatchObject({ __type: 'NotFoundException' })
  })
})

it('an error that is not about the request is thrown', async () => {
  handler = createKmsHandler(hsm)
  const request = new Request('https://kms.test/', { method: 'POST', body: '{}' })
  await request.text()
  request.headers.set('x-amz-target', 'TrentService.CreateKey')
  await expect(handler(request)).rejects.toThrow(TypeError)
})
