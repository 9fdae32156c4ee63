/** A call with the official client for JavaScript. */

import { toIso } from '../model/format.ts'
import { type Call, type CryptoCall, isCrypto, isPreview, type Place, PREVIEW } from './call.ts'

/** Writes a call for `@azure/keyvault-keys`. */
export function javascriptSnippet(call: Call, { origin }: Place): string {
  const uses = isCrypto(call)
  const id = [origin, 'keys', call.key, ...(uses && call.version ? [call.version] : [])].join('/')
  const options = object({
    serviceVersion: isPreview(call) ? text(PREVIEW) : undefined,
    disableChallengeResourceVerification: true,
  })
  return [
    "import { DefaultAzureCredential } from '@azure/identity'",
    `import { ${uses ? 'CryptographyClient' : 'KeyClient'} } from '@azure/keyvault-keys'`,
    '',
    uses
      ? `const key = new CryptographyClient(${text(id)}, new DefaultAzureCredential(), ${options})`
      : `const client = new KeyClient(${text(origin)}, new DefaultAzureCredential(), ${options})`,
    ...(uses ? cryptoLines(call) : keyLines(call)),
    '',
  ].join('\n')
}

function keyLines(call: Exclude<Call, CryptoCall>): readonly string[] {
  const name = text(call.key)
  switch (call.operation) {
    case 'createKey': {
      const { kty, keySize, crv, enabled, nbf, exp, keyOps, tags, releasePolicy } = call
      const members = object({
        keySize,
        curve: crv && text(crv),
        keyOps: keyOps && `[${keyOps.map(text).join(', ')}]`,
        enabled,
        ...dates(nbf, exp),
        tags: tags && json(tags),
        exportable: releasePolicy && true,
        releasePolicy:
          releasePolicy && `{ encodedPolicy: Buffer.from(${text(JSON.stringify(releasePolicy))}) }`,
      })
      return [`await client.createKey(${[name, text(kty), members].filter(Boolean).join(', ')})`]
    }
    case 'importKey':
      return [
        "const jwk = JSON.parse(await readFile('key.json', 'utf8')) // from node:fs/promises",
        `await client.importKey(${name}, jwk)`,
      ]
    case 'updateKey': {
      const { version, enabled, nbf, exp, tags } = call
      const members = object({ enabled, ...dates(nbf, exp), tags: tags && json(tags) })
      const given = [name, version && text(version), members || '{}'].filter(Boolean)
      return [`await client.updateKeyProperties(${given.join(', ')})`]
    }
    case 'updateRotationPolicy': {
      const { timeAfterCreate, timeBeforeExpiry, expiryTime } = call
      const action = object({
        action: "'Rotate'",
        timeAfterCreate: timeAfterCreate && text(timeAfterCreate),
        timeBeforeExpiry: timeBeforeExpiry && text(timeBeforeExpiry),
      })
      const members = object({
        lifetimeActions: timeAfterCreate || timeBeforeExpiry ? `[${action}]` : '[]',
        expiresIn: expiryTime && text(expiryTime),
      })
      return [`await client.updateKeyRotationPolicy(${name}, ${members})`]
    }
    case 'getKey':
      return [`const key = await client.getKey(${name})`]
    case 'rotateKey':
      return [`await client.rotateKey(${name})`]
    case 'backupKey':
      return [`const backup = await client.backupKey(${name})`]
    case 'deleteKey':
      return [`await (await client.beginDeleteKey(${name})).pollUntilDone()`]
    case 'recoverDeletedKey':
      return [`await (await client.beginRecoverDeletedKey(${name})).pollUntilDone()`]
    case 'releaseKey': {
      const { version, target, enc } = call
      const members = object({ version: version && text(version), algorithm: text(enc) })
      return [
        `const { value } = await client.releaseKey(${[name, text(target), members].join(', ')})`,
      ]
    }
    default:
      return [`await client.purgeDeletedKey(${name})`]
  }
}

function cryptoLines(call: CryptoCall): readonly string[] {
  const { operation, alg, value, digest, iv, tag, aad } = call
  if (operation === 'sign')
    return [`const { result } = await key.sign(${text(alg)}, ${bytes(value)})`]
  if (operation === 'verify') {
    return [`const { result } = await key.verify(${text(alg)}, ${bytes(digest)}, ${bytes(value)})`]
  }
  if (operation === 'wrapKey' || operation === 'unwrapKey') {
    return [`const { result } = await key.${operation}(${text(alg)}, ${bytes(value)})`]
  }
  const members = object({
    algorithm: text(alg),
    [operation === 'encrypt' ? 'plaintext' : 'ciphertext']: bytes(value),
    iv: iv && bytes(iv),
    authenticationTag: operation === 'decrypt' && tag ? bytes(tag) : undefined,
    additionalAuthenticatedData: aad && bytes(aad),
  })
  return [`const { result } = await key.${operation}(${members})`]
}

/** In single quotes. */
function text(value: string): string {
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

const bytes = (value: string | undefined) => `Buffer.from(${text(value ?? '')}, 'base64url')`

const json = (value: object) => JSON.stringify(value)

const dates = (nbf: number | undefined, exp: number | undefined) => ({
  notBefore: nbf && `new Date(${text(toIso(nbf))})`,
  expiresOn: exp && `new Date(${text(toIso(exp))})`,
})

/** An object of the members that are given; empty if there are none. */
function object(members: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0
    ? ''
    : `{ ${given.map(([name, value]) => `${name}: ${value}`).join(', ')} }`
}
