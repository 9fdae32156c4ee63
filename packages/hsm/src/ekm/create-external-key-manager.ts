/** An external key manager whose keys are those of another HSM. */

import { fromBase64url } from '@pocket-hsm/crypto'
import type { Hsm } from '../engine/hsm.ts'
import type {
  ExternalKeyAnswer,
  ExternalKeyManager,
  ExternalKeyRequest,
  ExternalUseRequest,
} from '../external-keys/external-key-manager.ts'
import { HsmError } from '../hsm-error.ts'
import { getKey } from '../operations/get-key.ts'
import { unwrapKey } from '../operations/unwrap-key.ts'
import { wrapKey } from '../operations/wrap-key.ts'

/**
 * Makes an external key manager of an HSM: the id of an external key is the name of a key there, whose current version is
 * used.
 *
 * It is a function that can be wrapped: advance a clock for a manager that is slow, throw for one that is down, return
 * another answer for one that is wrong.
 *
 * @param external - Plays the external HSM: its keys of RSA and of oct with 256 bits can be used.
 *
 * @example
 * ```ts
 * import { checkEkmConnection, createEkmConnection, createExternalKeyManager, createHsm, HsmError } from 'pocket-hsm'
 *
 * const manager = createExternalKeyManager(createHsm())
 * let isDown = false
 * const hsm = createHsm({
 *   externalKeyManager: (request) => {
 *     if (isDown) throw new Error('unplugged')
 *     return manager(request)
 *   },
 * })
 * createEkmConnection(hsm, { host: 'ekm.contoso.com', serverCaCertificates: [] })
 * checkEkmConnection(hsm).proxyName // 'pocket-hsm'
 * isDown = true
 * try {
 *   checkEkmConnection(hsm)
 * } catch (error) {
 *   error instanceof HsmError && error.status // 502
 * }
 * ```
 */
export function createExternalKeyManager(external: Hsm): ExternalKeyManager {
  return (request) => {
    try {
      return answer(external, request)
    } catch (error) {
      if (!(error instanceof HsmError)) throw error
      const { status, code, innerCode = code, message, activityId } = error
      // The HSM that asks appends an activity of its own.
      return {
        status,
        code: innerCode,
        message: message.replace(` (Activity ID: ${activityId})`, ''),
      }
    }
  }
}

const NAME = 'pocket-hsm'

const INFO: ExternalKeyAnswer = {
  apiVersion: '0.1-preview',
  proxyVendor: NAME,
  proxyName: NAME,
  ekmVendor: NAME,
  ekmProduct: NAME,
}

function answer(external: Hsm, request: ExternalKeyRequest): ExternalKeyAnswer {
  if (request.operation === 'info') return INFO
  if (request.operation === 'metadata') return metadataOf(external, request.keyId)
  const { keyId, value } = request
  const use = request.operation === 'wrapKey' ? wrapKey : unwrapKey
  return { value: use(external, keyId, { alg: NAMES[request.alg], value }).value }
}

/** The service's own name of AES key wrap with padding is another one. */
const NAMES: Readonly<Record<ExternalUseRequest['alg'], string>> = {
  'RSA-OAEP': 'RSA-OAEP',
  'RSA-OAEP-256': 'RSA-OAEP-256',
  A256KW: 'A256KW',
  A256KWP: 'CKM_AES_KEY_WRAP_PAD',
}

function metadataOf(external: Hsm, name: string): ExternalKeyAnswer {
  const { key, attributes } = getKey(external, name)
  const { n, e } = key
  if (n !== undefined && e !== undefined) {
    const modulus = fromBase64url(n)
    return { keyType: 'RSA', keySize: modulus.length * 8, n: modulus, e: fromBase64url(e) }
  }
  const { key_size: keySize } = attributes
  if (keySize !== undefined) return { keyType: 'oct', keySize }
  return {
    status: 403,
    code: 'Forbidden',
    message: `A key of type ${key.kty} cannot be an external key.`,
  }
}
