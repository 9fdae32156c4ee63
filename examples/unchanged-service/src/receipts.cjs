// The same in CommonJS. Production code: it knows nothing of a test or of pocket-hsm.

const { DefaultAzureCredential } = require('@azure/identity')
const { CryptographyClient, KeyClient } = require('@azure/keyvault-keys')

const VAULT = process.env.RECEIPTS_VAULT ?? 'https://contoso.vault.azure.net'
const ALG = 'ES256'

const credential = new DefaultAzureCredential()
const keys = new KeyClient(VAULT, credential)

/**
 * Signs a receipt with the current version of the key `receipts`, which is created if there is none.
 *
 * @param {string} text
 * @returns {Promise<{ text: string, kid: string, signature: string }>} The signature is r || s in base64url.
 */
async function signReceipt(text) {
  const { id: kid } = await currentKey()
  const { result } = await new CryptographyClient(kid, credential).signData(ALG, Buffer.from(text))
  return { text, kid, signature: Buffer.from(result).toString('base64url') }
}

/**
 * Whether a receipt was signed with a version of the key.
 *
 * @param {{ text: string, kid: string, signature: string }} receipt
 */
async function isGenuine({ text, kid, signature }) {
  const cryptography = new CryptographyClient(kid, credential)
  const bytes = Buffer.from(signature, 'base64url')
  return (await cryptography.verifyData(ALG, Buffer.from(text), bytes)).result
}

async function currentKey() {
  try {
    return await keys.getKey('receipts')
  } catch (error) {
    if (error.statusCode !== 404) throw error
    return await keys.createEcKey('receipts', { curve: 'P-256' })
  }
}

module.exports = { signReceipt, isGenuine }
