// An emulator in the shape of AWS KMS: its JSON protocol as a function from Request to Response, over an HSM.

import * as bytes from '@pocket-hsm/crypto'
import * as engine from 'pocket-hsm'
import { EXCEPTIONS, KEY_OPS, KEY_SPECS, SIGNING_ALGORITHMS } from './kms-tables.mjs'

const { toBase64 } = bytes
const ARN = 'arn:aws:kms:eu-central-1:111122223333:key/'

/**
 * Returns a handler that serves the keys of an HSM.
 *
 * @param {engine.Hsm} hsm With the profile `managed-hsm`, the default: vaults have no symmetric keys.
 * @returns {(request: Request) => Promise<Response>}
 */
export function createKmsHandler(hsm) {
  return async (request) => {
    try {
      const target = String(request.headers.get('x-amz-target')).replace('TrentService.', '')
      const operation = rowOf(OPERATIONS, target, 'operation')
      return Response.json(operation(hsm, (await request.json()) ?? {}))
    } catch (error) {
      return Response.json(
        { __type: exceptionName(error), message: error.message },
        { status: 400 },
      )
    }
  }
}

const OPERATIONS = {
  CreateKey(hsm, { KeySpec = 'SYMMETRIC_DEFAULT' }) {
    const { usage, parameters } = rowOf(KEY_SPECS, KeySpec, 'KeySpec')
    const keyId = uuidOf(engine.getRandomBytes(hsm, 16))
    const { attributes } = engine.createKey(hsm, keyId, { ...parameters, keyOps: KEY_OPS[usage] })
    const { enabled: Enabled, created: CreationDate } = attributes
    const facts = { Arn: ARN + keyId, KeySpec, KeyUsage: usage, Enabled, CreationDate }
    return { KeyMetadata: { KeyId: keyId, ...facts } }
  },

  GetPublicKey(hsm, { KeyId }) {
    const { key } = engine.getKey(hsm, nameOf(KeyId))
    // A bundle's types end in -HSM, a JWK's do not. A symmetric key has no public part, and is refused here.
    const material = bytes.importJwk({ ...key, kty: key.kty.replace('-HSM', '') })
    return { KeyId: arnOf(key), PublicKey: toBase64(bytes.exportSpki(material)) }
  },

  Sign(hsm, { KeyId, SigningAlgorithm, ...input }) {
    const { alg, hash, curve } = rowOf(SIGNING_ALGORITHMS, SigningAlgorithm, 'SigningAlgorithm')
    const signed = engine.sign(hsm, nameOf(KeyId), { alg, value: digestOf(input, hash) })
    // The engine returns r and s of an ECDSA signature side by side, KMS as DER.
    const signature = curve ? bytes.ecdsaToDer(curve, signed.value) : signed.value
    return { KeyId: arnOf(signed), SigningAlgorithm, Signature: toBase64(signature) }
  },

  Verify(hsm, { KeyId, SigningAlgorithm, Signature, ...input }) {
    const { alg, hash, curve } = rowOf(SIGNING_ALGORITHMS, SigningAlgorithm, 'SigningAlgorithm')
    const { key } = engine.getKey(hsm, nameOf(KeyId))
    const value = curve ? fromDer(curve, fromBase64(Signature)) : fromBase64(Signature)
    const parameters = { alg, digest: digestOf(input, hash), value }
    if (engine.verify(hsm, key.kid, parameters)) {
      return { KeyId: arnOf(key), SigningAlgorithm, SignatureValid: true }
    }
    throw exception('KMSInvalidSignatureException', 'The signature is not valid.')
  },

  Encrypt(hsm, { KeyId, Plaintext, EncryptionContext }) {
    const parameters = { value: fromBase64(Plaintext), aad: aadOf(EncryptionContext) }
    const sealed = engine.encrypt(hsm, nameOf(KeyId), { alg: 'A256GCM', ...parameters })
    // As in KMS, a ciphertext names its key: name and version are 69 bytes, IV and tag 12 and 16.
    const reference = bytes.utf8ToBytes(sealed.kid.split('/keys/')[1])
    const blob = bytes.concatBytes(reference, sealed.iv, sealed.tag, sealed.value)
    return { KeyId: arnOf(sealed), CiphertextBlob: toBase64(blob) }
  },

  Decrypt(hsm, { CiphertextBlob, EncryptionContext }) {
    const blob = fromBase64(CiphertextBlob)
    const reference = String.fromCharCode(...blob.subarray(0, 69))
    const parts = {
      iv: blob.subarray(69, 81),
      tag: blob.subarray(81, 97),
      value: blob.subarray(97),
    }
    const parameters = { alg: 'A256GCM', ...parts, aad: aadOf(EncryptionContext) }
    try {
      const opened = engine.decrypt(hsm, reference, parameters)
      return { KeyId: arnOf(opened), Plaintext: toBase64(opened.value) }
    } catch (error) {
      if (error.code === 'Forbidden') throw error
      throw exception('InvalidCiphertextException', 'The ciphertext is not valid.')
    }
  },
}

/** Returns the row of a table, or throws the exception for an unknown name. */
function rowOf(table, name, what) {
  if (Object.hasOwn(table, name)) return table[name]
  throw exception('ValidationException', `Unknown ${what}: ${name}`)
}

function fromBase64(text) {
  if (typeof text === 'string') return bytes.fromBase64(text)
  throw exception('ValidationException', 'Binary members are base64 strings.')
}

const uuidOf = (random) =>
  bytes.bytesToHex(random).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/** A request names a key by its id or by its ARN. */
const nameOf = (keyId) => String(keyId).replace(ARN, '')

const arnOf = ({ kid }) => ARN + kid.split('/').at(-2)

const digestOf = ({ Message, MessageType = 'RAW' }, hash) =>
  MessageType === 'DIGEST' ? fromBase64(Message) : bytes.digest(hash, fromBase64(Message))

/** Sorted, because the pairs of an encryption context have no order. */
const aadOf = (context) => bytes.utf8ToBytes(JSON.stringify(Object.entries(context ?? {}).sort()))

function fromDer(curve, der) {
  try {
    return bytes.ecdsaFromDer(curve, der)
  } catch {
    throw exception('KMSInvalidSignatureException', 'The signature is not valid.')
  }
}

const exception = (name, message) => Object.assign(new Error(message), { name })

/** Returns the exception's name for an error about the request; rethrows any other error, which is a bug. */
function exceptionName(error) {
  if (error instanceof engine.HsmError)
    return EXCEPTIONS[error.innerCode ?? error.code] ?? 'KMSInternalException'
  if (bytes.isCryptoError(error)) return 'ValidationException'
  if (error instanceof SyntaxError) return 'SerializationException'
  if (/Exception$/.test(error.name)) return error.name
  throw error
}
