/** `pocket-hsm key encrypt` and `decrypt`. */

import {
  base64ToWire,
  hexToWire,
  textToWire,
  wireToBase64,
  wireToHex,
  wireToText,
} from './bytes.ts'
import { type KeyCommand, keyCommand } from './key-command.ts'
import { algorithm, option, required } from './options.ts'
import { pathOf } from './target.ts'
import { oneOf } from './values.ts'

/** The options of both. */
interface CipherOptions {
  readonly algorithm: string
  readonly value: string
  readonly dataType: string
  readonly iv?: string
  readonly aad?: string
  readonly tag?: string
}

/** The response of the service. */
interface WireResult {
  readonly kid: string
  readonly value: string
  readonly iv?: string
  readonly tag?: string
  readonly aad?: string
}

/** The result that is printed. */
interface PrintedResult {
  readonly [name: string]: unknown
}

const ALGORITHM = algorithm([
  'RSA-OAEP',
  'RSA-OAEP-256',
  'RSA1_5',
  'A128GCM',
  'A192GCM',
  'A256GCM',
  'A128CBC',
  'A192CBC',
  'A256CBC',
  'A128CBCPAD',
  'A192CBCPAD',
  'A256CBCPAD',
])

const DATA_TYPE = option('--data-type <type>', 'form of the plaintext: base64, plaintext')
  .argParser(oneOf(['base64', 'plaintext']))
  .default('base64')

const AAD = option('--aad <hex>', 'additional authenticated data (GCM), hexadecimal')

export const encrypt: KeyCommand = keyCommand<CipherOptions>({
  name: 'encrypt',
  summary: 'encrypt a few bytes',
  about: 'version',
  options: [
    ALGORITHM,
    required('--value <data>', 'data to encrypt'),
    DATA_TYPE,
    option('--iv <hex>', 'initialization vector (CBC), hexadecimal (default: random)'),
    AAD,
  ],
  examples: [
    'pocket-hsm key encrypt --hsm-name contoso --name content --algorithm A256GCM --value "a text" --data-type plaintext --aad 0a0b0c',
    'pocket-hsm key encrypt --hsm-name contoso --name orders -a RSA-OAEP-256 --value aGVsbG8=',
  ],
  columns: ['algorithm', 'iv', 'result', 'tag', 'kid'].map((name) => [
    `${name[0]?.toUpperCase()}${name.slice(1)}`,
    (result: PrintedResult) => result[name],
  ]),
  run: async ({ request, target }, { algorithm: alg, value, dataType, iv, aad }) => {
    const result = await request<WireResult>('POST', pathOf('keys', target, 'encrypt'), {
      alg,
      value: dataType === 'base64' ? base64ToWire('--value', value) : textToWire(value),
      ...hexMembers({ iv, aad }),
    })
    return {
      kid: result.kid,
      algorithm: alg,
      result: wireToBase64(result.value),
      iv: hexOrNull(result.iv),
      tag: hexOrNull(result.tag),
      aad: hexOrNull(result.aad),
    }
  },
})

export const decrypt: KeyCommand = keyCommand<CipherOptions>({
  name: 'decrypt',
  summary: 'decrypt the output of encrypt',
  about: 'version',
  options: [
    ALGORITHM,
    required('--value <base64>', 'ciphertext'),
    DATA_TYPE,
    option('--iv <hex>', 'initialization vector (AES), hexadecimal'),
    option('--tag <hex>', 'authentication tag (GCM), hexadecimal'),
    AAD,
  ],
  examples: [
    'pocket-hsm key decrypt --hsm-name contoso --name content --algorithm A256GCM --value "$CIPHERTEXT" --iv "$IV" --tag "$TAG" --aad 0a0b0c --data-type plaintext',
  ],
  columns: [
    ['Algorithm', (result: PrintedResult) => result['algorithm']],
    ['Result', (result: PrintedResult) => result['result']],
    ['Kid', (result: PrintedResult) => result['kid']],
  ],
  run: async ({ request, target }, { algorithm: alg, value, dataType, iv, tag, aad }) => {
    const result = await request<WireResult>('POST', pathOf('keys', target, 'decrypt'), {
      alg,
      value: base64ToWire('--value', value),
      ...hexMembers({ iv, tag, aad }),
    })
    const format = dataType === 'base64' ? wireToBase64 : wireToText
    return { kid: result.kid, algorithm: alg, result: format(result.value) }
  },
})

/** IV, tag and AAD as they are sent. */
function hexMembers(members: Readonly<Record<string, string | undefined>>): object {
  const given = Object.entries(members).filter(([, hex]) => hex !== undefined)
  return Object.fromEntries(given.map(([name, hex = '']) => [name, hexToWire(`--${name}`, hex)]))
}

function hexOrNull(value: string | undefined): string | null {
  return value === undefined ? null : wireToHex(value)
}
