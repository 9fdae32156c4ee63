// Holds: an EKM proxy with two keys, as its reference describes one, which says what it was asked.

import {
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto'
import { createServer } from 'node:http'
import { listenOnLoopback } from './listen.mjs'

const AES_KEY = Buffer.alloc(32, 9)
/** RFC 3394 section 2.2.3.1. */
const KW_IV = Buffer.alloc(8, 0xa6)

/**
 * Starts one. Its keys are `aes-1`, which has A256KW only, and `rsa-1`; `GET /asked` has the paths of the requests since
 * the last.
 *
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startEkmProxy() {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const asked = []
  const server = createServer(async (request, response) => {
    const send = (status, json) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    }
    const { pathname } = new URL(request.url, 'http://proxy')
    if (request.method === 'GET') return send(200, asked.splice(0))
    asked.push(pathname)
    const [operation, id] = pathname.split('/').reverse()
    try {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString())
      send(200, answer(rsa, operation, id, body))
    } catch (error) {
      send(400, { code: 'BadParameter', message: error.message })
    }
  })
  const { port, close } = await listenOnLoopback(server)
  return { url: `http://127.0.0.1:${port}`, close }
}

function answer(rsa, operation, id, { alg, value }) {
  if (operation === 'info') {
    const names = { proxy_vendor: 'Contoso', proxy_name: 'Contoso Proxy 1' }
    return { api_version: '0.1-preview', ...names, ekm_vendor: 'Contoso', ekm_product: 'HSM 1' }
  }
  const isRsa = id === 'rsa-1'
  if (operation === 'metadata') {
    if (!isRsa) return { key_type: 'oct', key_size: 256 }
    const { n, e } = rsa.publicKey.export({ format: 'jwk' })
    return { key_type: 'RSA', key_size: 2048, n, e }
  }
  const use = isRsa ? rsaOperations(rsa, alg) : AES_OPERATIONS
  return { value: use[operation](Buffer.from(value, 'base64url')).toString('base64url') }
}

function rsaOperations({ publicKey, privateKey }, alg) {
  const oaepHash = alg === 'RSA-OAEP' ? 'sha1' : 'sha256'
  return {
    wrapkey: (key) => publicEncrypt({ key: publicKey, oaepHash }, key),
    unwrapkey: (wrapped) => privateDecrypt({ key: privateKey, oaepHash }, wrapped),
  }
}

const AES_OPERATIONS = {
  wrapkey: (key) => both(createCipheriv('id-aes256-wrap', AES_KEY, KW_IV), key),
  unwrapkey: (wrapped) => both(createDecipheriv('id-aes256-wrap', AES_KEY, KW_IV), wrapped),
}

const both = (cipher, bytes) => Buffer.concat([cipher.update(bytes), cipher.final()])
