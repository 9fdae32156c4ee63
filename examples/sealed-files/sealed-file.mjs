// Envelope encryption of files: AES-256-GCM with a data key of its own for each, wrapped by a key that stays in the vault.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

const WRAP = 'RSA-OAEP-256'
const CIPHER = 'aes-256-gcm'
const TAG_LENGTH = 16

/**
 * Seals a file next to itself, as `path.sealed`: one line of JSON, then the ciphertext and its tag.
 *
 * @param {import('@azure/keyvault-keys').KeyVaultKey} key
 * @param {import('@azure/keyvault-keys').CryptographyClient} cryptography A client of that key.
 * @param {string} path
 * @returns {Promise<string>} The path of the sealed file.
 */
export async function sealFile(key, cryptography, path) {
  const dataKey = randomBytes(32)
  const { result } = await cryptography.wrapKey(WRAP, dataKey)
  const iv = randomBytes(12)
  const header = { kid: key.id, wrapped: text(result), iv: text(iv) }
  const line = `${JSON.stringify(header)}\n`
  // The header is authenticated with the content: nobody puts another file's header before it.
  const cipher = createCipheriv(CIPHER, dataKey, iv).setAAD(Buffer.from(line))
  const ciphertext = Buffer.concat([cipher.update(await readFile(path)), cipher.final()])
  const sealed = `${path}.sealed`
  await writeFile(sealed, Buffer.concat([Buffer.from(line), ciphertext, cipher.getAuthTag()]))
  return sealed
}

/**
 * Opens a sealed file.
 *
 * @param {(kid: string) => import('@azure/keyvault-keys').CryptographyClient} clientOf Makes a client of the version that sealed.
 * @param {string} path
 * @returns {Promise<Buffer>} What was sealed.
 */
export async function openFile(clientOf, path) {
  const sealed = await readFile(path)
  const end = sealed.indexOf('\n') + 1
  const line = sealed.subarray(0, end)
  const { kid, wrapped, iv } = JSON.parse(line.toString())
  const { result } = await clientOf(kid).unwrapKey(WRAP, Buffer.from(wrapped, 'base64url'))
  const decipher = createDecipheriv(CIPHER, result, Buffer.from(iv, 'base64url'))
  decipher.setAAD(line).setAuthTag(sealed.subarray(-TAG_LENGTH))
  const ciphertext = sealed.subarray(end, -TAG_LENGTH)
  return Buffer.concat([decipher.update(ciphertext), decipher.final()])
}

const text = (bytes) => Buffer.from(bytes).toString('base64url')
