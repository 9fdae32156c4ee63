/** A call with the official client for Python. */

import { toIso } from '../model/format.ts'
import { type Call, type CryptoCall, isCrypto, type Place } from './call.ts'

/** Writes a call for `azure-keyvault-keys`. */
export function pythonSnippet(call: Call, { origin }: Place): string {
  const uses = isCrypto(call)
  const id = [origin, 'keys', call.key, ...(uses && call.version ? [call.version] : [])].join('/')
  const lines = uses ? cryptoLines(call) : keyLines(call)
  const has = (name: string) => lines.some((line) => line.includes(name))
  return [
    ...(has('b64(') ? ['import base64'] : []),
    ...(has('datetime.') ? ['from datetime import datetime'] : []),
    ...(has('json.') ? ['import json'] : []),
    ...(has('b64(') || has('datetime.') || has('json.') ? [''] : []),
    'from azure.identity import DefaultAzureCredential',
    uses
      ? 'from azure.keyvault.keys.crypto import CryptographyClient'
      : `from azure.keyvault.keys import ${importsOf(lines).join(', ')}`,
    '',
    ...(has('b64(')
      ? [
          '',
          'def b64(text):',
          '    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))',
          '',
          '',
        ]
      : []),
    uses
      ? `key = CryptographyClient(${text(id)}, DefaultAzureCredential(), verify_challenge_resource=False)`
      : `client = KeyClient(${text(origin)}, DefaultAzureCredential(), verify_challenge_resource=False)`,
    ...lines,
    '',
  ].join('\n')
}

const IMPORTED = [
  'JsonWebKey',
  'KeyReleasePolicy',
  'KeyRotationLifetimeAction',
  'KeyRotationPolicy',
]

const importsOf = (lines: readonly string[]): readonly string[] => [
  ...IMPORTED.filter((name) => lines.some((line) => line.includes(name))),
  'KeyClient',
]

function keyLines(call: Exclude<Call, CryptoCall>): readonly string[] {
  const name = text(call.key)
  switch (call.operation) {
    case 'createKey': {
      const { kty, keySize, crv, enabled, nbf, exp, keyOps, tags, releasePolicy } = call
      const named = args({
        size: keySize,
        curve: crv && text(crv),
        key_operations: keyOps && `[${keyOps.map(text).join(', ')}]`,
        enabled: flag(enabled),
        ...dates(nbf, exp),
        tags: tags && JSON.stringify(tags),
        exportable: flag(releasePolicy && true),
        release_policy:
          releasePolicy && `KeyReleasePolicy(${text(JSON.stringify(releasePolicy))}.encode())`,
      })
      return [`client.create_key(${[name, text(kty), ...named].join(', ')})`]
    }
    case 'importKey':
      return [
        'with open("key.json") as file:',
        '    jwk = json.load(file)',
        `client.import_key(${name}, JsonWebKey(**jwk))`,
      ]
    case 'updateKey': {
      const { version, enabled, nbf, exp, tags } = call
      const named = args({
        version: version && text(version),
        enabled: flag(enabled),
        ...dates(nbf, exp),
        tags: tags && JSON.stringify(tags),
      })
      return [`client.update_key_properties(${[name, ...named].join(', ')})`]
    }
    case 'updateRotationPolicy': {
      const { timeAfterCreate, timeBeforeExpiry, expiryTime } = call
      const named = args({
        time_after_create: timeAfterCreate && text(timeAfterCreate),
        time_before_expiry: timeBeforeExpiry && text(timeBeforeExpiry),
      })
      const actions = named.length
        ? `[KeyRotationLifetimeAction("Rotate", ${named.join(', ')})]`
        : '[]'
      const policy = args({ lifetime_actions: actions, expires_in: expiryTime && text(expiryTime) })
      return [`client.update_key_rotation_policy(${name}, KeyRotationPolicy(${policy.join(', ')}))`]
    }
    case 'getKey':
      return [`key = client.get_key(${name})`]
    case 'rotateKey':
      return [`client.rotate_key(${name})`]
    case 'backupKey':
      return [`backup = client.backup_key(${name})`]
    case 'deleteKey':
      return [`client.begin_delete_key(${name}).wait()`]
    case 'recoverDeletedKey':
      return [`client.begin_recover_deleted_key(${name}).wait()`]
    case 'releaseKey': {
      const { version, target, enc } = call
      const named = args({ version: version && text(version), algorithm: text(enc) })
      return [`result = client.release_key(${[name, text(target), ...named].join(', ')})`]
    }
    default:
      return [`client.purge_deleted_key(${name})`]
  }
}

const METHODS: Readonly<Record<CryptoCall['operation'], string>> = {
  encrypt: 'encrypt',
  decrypt: 'decrypt',
  sign: 'sign',
  verify: 'verify',
  wrapKey: 'wrap_key',
  unwrapKey: 'unwrap_key',
}

function cryptoLines({
  operation,
  alg,
  value,
  digest,
  iv,
  tag,
  aad,
}: CryptoCall): readonly string[] {
  const inputs = operation === 'verify' ? [bytes(digest), bytes(value)] : [bytes(value)]
  const named = args({
    iv: iv && bytes(iv),
    authentication_tag: operation === 'decrypt' && tag ? bytes(tag) : undefined,
    additional_authenticated_data: aad && bytes(aad),
  })
  return [`result = key.${METHODS[operation]}(${[text(alg), ...inputs, ...named].join(', ')})`]
}

const text = (value: string) => JSON.stringify(value)
const bytes = (value: string | undefined) => `b64(${text(value ?? '')})`
const flag = (value: boolean | undefined) =>
  value === undefined ? undefined : value ? 'True' : 'False'

const dates = (nbf: number | undefined, exp: number | undefined) => ({
  not_before: nbf && `datetime.fromisoformat(${text(iso(nbf))})`,
  expires_on: exp && `datetime.fromisoformat(${text(iso(exp))})`,
})

/** Python before 3.11 takes no `Z`. */
const iso = (seconds: number) => `${toIso(seconds).slice(0, 19)}+00:00`

function args(members: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(members).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}=${value}`],
  )
}
