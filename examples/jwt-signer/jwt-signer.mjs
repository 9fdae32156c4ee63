// JWTs signed by a key that stays in the vault: RFC 7515, 7517, 7519.

const ALG = 'ES256'

/**
 * Signs claims with the newest version of a key. Its version is the `kid` of the token.
 *
 * @param {import('@azure/keyvault-keys').KeyClient} client
 * @param {string} name Of an EC key on P-256.
 * @param {object} claims
 * @returns {Promise<string>} The token, in compact form.
 */
export async function signJwt(client, name, claims) {
  const { properties } = await client.getKey(name)
  const keyVersion = properties.version
  const signed = `${part({ alg: ALG, typ: 'JWT', kid: keyVersion })}.${part(claims)}`
  const cryptography = client.getCryptographyClient(name, { keyVersion })
  const { result } = await cryptography.signData(ALG, Buffer.from(signed))
  return `${signed}.${Buffer.from(result).toString('base64url')}`
}

/**
 * The public keys to publish: of every version that is enabled, as tokens outlive rotations.
 *
 * @param {import('@azure/keyvault-keys').KeyClient} client
 * @param {string} name
 * @returns {Promise<{ keys: object[] }>}
 */
export async function publishKeys(client, name) {
  const keys = []
  for await (const { version, enabled } of client.listPropertiesOfKeyVersions(name)) {
    if (!enabled) continue
    const { key } = await client.getKey(name, { version })
    keys.push({
      kty: 'EC',
      crv: key.crv,
      x: text(key.x),
      y: text(key.y),
      kid: version,
      alg: ALG,
      use: 'sig',
    })
  }
  return { keys }
}

const text = (bytes) => Buffer.from(bytes).toString('base64url')
const part = (claims) => text(Buffer.from(JSON.stringify(claims)))
