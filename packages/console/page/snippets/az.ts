/** A call as a command of the Azure CLI. */

import { fromBase64url, toBase64, toHex } from '../model/encodings.ts'
import { toIso } from '../model/format.ts'
import { type Call, type CryptoCall, isCrypto, type Place, policyBody } from './call.ts'
import { shellQuote } from './shell-quote.ts'

type Option = readonly [name: string, value: string | undefined]

/** Writes a call for az. */
export function azSnippet(call: Call, { origin }: Place): string {
  const id = `${origin}/keys/${call.key}`
  switch (call.operation) {
    case 'createKey': {
      const { kty, keySize, crv, enabled, nbf, exp, keyOps, tags, releasePolicy } = call
      return command('create', [
        ['--id', id],
        ['--kty', kty],
        ['--size', keySize?.toString()],
        ['--curve', crv],
        ['--ops', keyOps?.join(' ')],
        ['--disabled', enabled === false ? 'true' : undefined],
        ...dates(nbf, exp),
        ...tagOptions(tags),
        ['--exportable', releasePolicy && 'true'],
        ['--policy', releasePolicy && JSON.stringify(releasePolicy)],
      ])
    }
    case 'importKey':
      return [
        '# az imports from PEM: write the key to a file first',
        command('import', [
          ['--id', id],
          ['--pem-file', `${call.key}.pem`],
        ]),
      ].join('\n')
    case 'updateKey': {
      const { version, enabled, nbf, exp, tags } = call
      return command('set-attributes', [
        ['--id', version === undefined ? id : `${id}/${version}`],
        ['--enabled', enabled?.toString()],
        ...dates(nbf, exp),
        ...tagOptions(tags),
      ])
    }
    case 'updateRotationPolicy':
      return command('rotation-policy update', [
        ['--id', id],
        ['--value', JSON.stringify(policyBody(call))],
      ])
    case 'getKey':
      return command('show', [['--id', id]])
    case 'rotateKey':
      return command('rotate', [['--id', id]])
    case 'deleteKey':
      return command('delete', [['--id', id]])
    case 'recoverDeletedKey':
      return command('recover', [['--id', `${origin}/deletedkeys/${call.key}`]])
    case 'purgeDeletedKey':
      return command('purge', [['--id', `${origin}/deletedkeys/${call.key}`]])
    case 'backupKey':
      return command('backup', [
        ['--id', id],
        ['--file', `${call.key}.backup`],
      ])
    default:
      return isCrypto(call) ? cryptoSnippet(call, id) : ''
  }
}

function cryptoSnippet(call: CryptoCall, id: string): string {
  const { operation, version, alg, value, digest, iv, tag, aad } = call
  const ID: Option = ['--id', version === undefined ? id : `${id}/${version}`]
  const algorithm: Option = ['--algorithm', alg]
  if (operation === 'sign') {
    return command('sign', [ID, algorithm, ['--digest', base64(value)]])
  }
  if (operation === 'verify') {
    return command('verify', [
      ID,
      algorithm,
      ['--digest', base64(digest)],
      ['--signature', base64(value)],
    ])
  }
  return command(operation, [
    ID,
    algorithm,
    ['--value', base64(value)],
    ['--data-type', 'base64'],
    ['--iv', hex(iv)],
    ['--tag', operation === 'decrypt' ? hex(tag) : undefined],
    ['--aad', hex(aad)],
  ])
}

function command(name: string, options: readonly Option[]): string {
  const given = options.flatMap(([option, value]) =>
    value === undefined ? [] : [`${option} ${MANY.has(option) ? value : shellQuote(value)}`],
  )
  return [`az keyvault key ${name}`, ...given].join(' \\\n  ')
}

/** Options that take several words, which are quoted already. */
const MANY: ReadonlySet<string> = new Set(['--ops', '--tags'])

const dates = (nbf: number | undefined, exp: number | undefined): readonly Option[] => [
  ['--not-before', nbf === undefined ? undefined : utc(nbf)],
  ['--expires', exp === undefined ? undefined : utc(exp)],
]

const utc = (seconds: number) => `${toIso(seconds).slice(0, 19)}Z`

function tagOptions(tags: Readonly<Record<string, string>> | undefined): readonly Option[] {
  if (tags === undefined) return []
  const words = Object.entries(tags).map(([name, value]) => shellQuote(`${name}=${value}`))
  return [['--tags', words.length === 0 ? "''" : words.join(' ')]]
}

const base64 = (value: string | undefined) => value && toBase64(fromBase64url(value))
const hex = (value: string | undefined) => value && toHex(fromBase64url(value))
