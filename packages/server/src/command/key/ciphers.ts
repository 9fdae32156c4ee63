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

/** What both take. */
interface CipherOptions {
  readonly algorithm: string
  readonly value: string
  readonly dataType: string
  readonly iv?: string
  readonly aad?: string
  readonly tag?: string
}

/** What the service answers. */
interface WireResult {
  readonly kid: string
  readonly value: string
  readonly iv?: string
  readonly tag?: string
  readonly aad?: string
}

/** What is printed. */
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

const DATA_TYPE = option('--data-type <type>', 'base64, plaintext: what the original data is')
  .argParser(oneOf(['base64', 'plaintext']))
  .default('base64')

const AAD = option('--aad <hex>', 'what is authenticated and not encrypted (GCM), hexadecimal')

export const encrypt: KeyCommand = keyCommand<CipherOptions>({
  name: 'encrypt',
  summary: 'encrypt a few bytes',
  about: 'version',
  options: [
    ALGORITHM,
    required('--value <data>', 'what to encrypt'),
    DATA_TYPE,
    option('--iv <hex>', 'the initialization vector (CBC), hexadecimal; made where none is given'),
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
  run: async ({ ask, target }, { algorithm: alg, value, dataType, iv, aad }) => {
    const result = await ask<WireResult>('POST', pathOf('keys', target, 'encrypt'), {
      alg,
      value: dataType === 'base64' ? base64ToWire('--value', value) : textToWire(value),
      ...besides({ iv, aad }),
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
  summary: 'decrypt what encrypt printed',
  about: 'version',
  options: [
    ALGORITHM,
    required('--value <base64>', 'the ciphertext'),
    DATA_TYPE,
    option('--iv <hex>', 'the initialization vector (AES), hexadecimal'),
    option('--tag <hex>', 'the authentication tag (GCM), hexadecimal'),
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
  run: async ({ ask, target }, { algorithm: alg, value, dataType, iv, tag, aad }) => {
    const result = await ask<WireResult>('POST', pathOf('keys', target, 'decrypt'), {
      alg,
      value: base64ToWire('--value', value),
      ...besides({ iv, tag, aad }),
    })
    const show = dataType === 'base64' ? wireToBase64 : wireToText
    return { kid: result.kid, algorithm: alg, result: show(result.value) }
  },
})

/** The bytes beside a plaintext or a ciphertext, as they are sent. */
function besides(members: Readonly<Record<string, string | undefined>>): object {
  const given = Object.entries(members).filter(([, hex]) => hex !== undefined)
  return Object.fromEntries(given.map(([name, hex = '']) => [name, hexToWire(`--${name}`, hex)]))
}

function hexOrNull(value: string | undefined): string | null {
  return value === undefined ? null : wireToHex(value)
}
