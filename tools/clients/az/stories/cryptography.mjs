// Holds: what the HSM makes, OpenSSL undoes, and the other way round, with az between them. az encrypts and verifies
// with RSA and EC keys by itself once it has the public key, with OpenSSL; the rest it leaves to the HSM.

import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeKeyFile } from '../key-files.mjs'
import { transferBlob } from '../transfer-blob.mjs'

const HSM = '--hsm-name ContosoMHSM'
const TEXT = 'five tons of flax'
const VALUE = Buffer.from(TEXT).toString('base64')
const RSA_ALGORITHMS = {
  RSA1_5: { padding: constants.RSA_PKCS1_PADDING },
  'RSA-OAEP': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
  'RSA-OAEP-256': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
}

export const rsaEncryption = {
  title: 'encryption with RSA',
  lines: [
    { line: `az keyvault key create ${HSM} --name master --kty RSA-HSM` },
    { line: `az keyvault key download ${HSM} --name master --file master.pem` },
    ...Object.entries(RSA_ALGORITHMS).flatMap(([algorithm, how]) => {
      const name = algorithm.replace(/\W/g, '')
      return [
        {
          line: `az keyvault key encrypt ${HSM} --name master --algorithm ${algorithm} --value ${VALUE}`,
          gives: { algorithm },
          keep: { [name]: 'result' },
        },
        {
          line: `az keyvault key decrypt ${HSM} --name master --algorithm ${algorithm} --value {${name}}`,
          gives: { result: VALUE, algorithm },
        },
        {
          line: `az keyvault key encrypt ${HSM} --name master --algorithm ${algorithm} --value '${TEXT}' --data-type plaintext`,
          keep: { [name]: 'result' },
        },
        {
          line: `az keyvault key decrypt ${HSM} --name master --algorithm ${algorithm} --value {${name}} --data-type plaintext`,
          gives: { result: TEXT },
        },
        {
          check: `OpenSSL encrypts with ${algorithm} and the downloaded key`,
          run: ({ folder, kept }) => {
            const key = readFileSync(join(folder, 'master.pem'))
            const sealed = publicEncrypt({ key, ...how }, Buffer.from(TEXT))
            kept[name] = sealed.toString('base64')
          },
        },
        {
          line: `az keyvault key decrypt ${HSM} --name master --algorithm ${algorithm} --value {${name}}`,
          gives: { result: VALUE },
        },
      ]
    }),
    {
      line: `az keyvault key decrypt ${HSM} --name master --algorithm RSA-OAEP --value {RSAOAEP256}`,
      refused: /\(BadParameter\) Error occurred while decoding OAEP padding\./,
    },
    {
      line: `az keyvault key decrypt ${HSM} --name nobodys --algorithm RSA-OAEP --value ${VALUE}`,
      refused: /\(KeyNotFound\)/,
    },
    { line: `az keyvault key set-attributes ${HSM} --name master --ops encrypt` },
    {
      line: `az keyvault key decrypt ${HSM} --name master --algorithm RSA-OAEP --value {RSAOAEP}`,
      refused: /does not allow|not permitted|KeyOperationForbidden|doesn't (allow|support)/,
    },
    { line: `az keyvault key set-attributes ${HSM} --name master --ops decrypt --enabled false` },
    {
      line: `az keyvault key decrypt ${HSM} --name master --algorithm RSA-OAEP --value {RSAOAEP}`,
      refused: /\(Forbidden\) Operation decrypt is not allowed on a disabled key\./,
    },
  ],
}

const IV = '000102030405060708090a0b0c0d0e0f'
const AAD = '0a0b0c'

/** Brings a symmetric key in whose bytes the test knows. */
const ownKey = (name, bits) => [
  {
    check: `a blob with ${bits} bits for ${name} is made`,
    run: ({ folder, kept }) => {
      const bytes = randomBytes(bits / 8)
      kept[name] = bytes.toString('hex')
      const kek = readFileSync(join(folder, 'kek.pem'))
      writeFileSync(join(folder, `${name}.byok`), transferBlob(kept.kek, kek, bytes))
    },
  },
  {
    line: `az keyvault key import ${HSM} --name ${name} --kty oct --byok-file ${name}.byok --ops encrypt decrypt`,
    gives: { key: { kty: 'oct-HSM', k: null } },
  },
]

const bytes = (kept, name) => Buffer.from(kept[name], 'hex')
const opened = (decipher, sealed) => Buffer.concat([decipher.update(sealed), decipher.final()])

function mustBe(got, expected) {
  if (Buffer.compare(got, expected) !== 0) {
    throw new Error(`expected ${expected.toString('hex')}, got ${got.toString('hex')}`)
  }
}

const gcm = (bits) => {
  const algorithm = `A${bits}GCM`
  const name = `aes${bits}`
  const cipher = `aes-${bits}-gcm`
  const at = (member) => `${name}${member}`
  return [
    {
      line: `az keyvault key encrypt ${HSM} --name ${name} --algorithm ${algorithm} --value ${VALUE} --aad ${AAD}`,
      gives: { iv: /^[0-9a-f]{24}$/, tag: /^[0-9a-f]{32}$/ },
      keep: { [at('Sealed')]: 'result', [at('Iv')]: 'iv', [at('Tag')]: 'tag' },
    },
    {
      check: `OpenSSL opens it with ${cipher}`,
      run: ({ kept }) => {
        const decipher = createDecipheriv(cipher, bytes(kept, name), bytes(kept, at('Iv')))
        decipher.setAAD(Buffer.from(AAD, 'hex')).setAuthTag(bytes(kept, at('Tag')))
        mustBe(opened(decipher, Buffer.from(kept[at('Sealed')], 'base64')), Buffer.from(TEXT))
      },
    },
    {
      line: `az keyvault key decrypt ${HSM} --name ${name} --algorithm ${algorithm} --value {${at('Sealed')}} --iv {${at('Iv')}} --tag {${at('Tag')}} --aad ${AAD}`,
      gives: { result: VALUE },
    },
    {
      line: `az keyvault key decrypt ${HSM} --name ${name} --algorithm ${algorithm} --value {${at('Sealed')}} --iv {${at('Iv')}} --tag {${at('Tag')}} --aad ff`,
      refused: /\(BadParameter\) The parameter is incorrect\./,
    },
    {
      check: `OpenSSL seals with ${cipher}`,
      run: ({ kept }) => {
        const encipher = createCipheriv(cipher, bytes(kept, name), bytes(kept, at('Iv')))
        encipher.setAAD(Buffer.from('ff', 'hex'))
        const sealed = Buffer.concat([encipher.update('other'), encipher.final()])
        kept[at('Sealed')] = sealed.toString('base64')
        kept[at('Tag')] = encipher.getAuthTag().toString('hex')
      },
    },
    {
      line: `az keyvault key decrypt ${HSM} --name ${name} --algorithm ${algorithm} --value {${at('Sealed')}} --iv {${at('Iv')}} --tag {${at('Tag')}} --aad ff --data-type plaintext`,
      gives: { result: 'other' },
    },
  ]
}

const cbc = (bits) => {
  const name = `aes${bits}`
  const cipher = `aes-${bits}-cbc`
  const algorithm = `A${bits}CBC`
  const padded = Buffer.concat([Buffer.from(TEXT), Buffer.alloc(32 - TEXT.length)])
  return [
    {
      line: `az keyvault key encrypt ${HSM} --name ${name} --algorithm ${algorithm} --value ${VALUE} --iv ${IV}`,
      gives: { iv: IV },
      keep: { [`${name}Cbc`]: 'result' },
    },
    {
      check: `OpenSSL opens it with ${cipher}, filled with zeros`,
      run: ({ kept }) => {
        const decipher = createDecipheriv(cipher, bytes(kept, name), Buffer.from(IV, 'hex'))
        decipher.setAutoPadding(false)
        mustBe(opened(decipher, Buffer.from(kept[`${name}Cbc`], 'base64')), padded)
      },
    },
    {
      line: `az keyvault key decrypt ${HSM} --name ${name} --algorithm ${algorithm} --value {${name}Cbc} --iv ${IV}`,
      gives: { result: padded.toString('base64') },
    },
  ]
}

export const symmetricEncryption = {
  title: 'encryption with AES',
  lines: [
    {
      line: `az keyvault key create ${HSM} --name kek --kty RSA-HSM --size 3072 --ops import`,
      gives: { key: { keyOps: ['import'] } },
      keep: { kek: 'key.kid' },
    },
    { line: `az keyvault key download ${HSM} --name kek --file kek.pem` },
    ...[128, 192, 256].flatMap((bits) => [
      ...ownKey(`aes${bits}`, bits),
      ...gcm(bits),
      ...cbc(bits),
    ]),
    {
      // az makes up a key for what it thinks that it can do by itself: the bytes of a symmetric key never come.
      line: `az keyvault key encrypt ${HSM} --name aes256 --algorithm A256CBCPAD --value ${VALUE} --iv ${IV}`,
      gives: { algorithm: 'A256CBCPAD' },
      keep: { lost: 'result' },
    },
    {
      check: 'OpenSSL cannot open what az encrypted with A256CBCPAD: it was not the key of the HSM',
      run: ({ kept }) => {
        const key = bytes(kept, 'aes256')
        const decipher = createDecipheriv('aes-256-cbc', key, Buffer.from(IV, 'hex'))
        decipher.setAutoPadding(false)
        const text = opened(decipher, Buffer.from(kept.lost, 'base64'))
        if (text.includes(TEXT)) throw new Error('it can: az has learnt to leave it to the HSM')
      },
    },
    {
      line: `az keyvault key encrypt ${HSM} --name aes256 --algorithm A128GCM --value ${VALUE}`,
      refused: /\(BadParameter\)/,
    },
    {
      line: `az keyvault key encrypt ${HSM} --name aes256 --algorithm CKM_AES_KEY_WRAP --value ${VALUE}`,
      refused: /\(BadParameter\)/,
      because: 'key wrap is of wrapKey, which az has no command for',
    },
    {
      line: `az keyvault key encrypt ${HSM} --name kek --algorithm RSA-OAEP --value ${VALUE}`,
      refused: /permitted|allow|support/,
    },
  ],
}

const HASHES = { 256: 'sha256', 384: 'sha384', 512: 'sha512' }
const digestOf = (bits) => createHash(HASHES[bits]).update(TEXT).digest('base64')

const PSS = (bits) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 })
const PKCS1 = () => ({ padding: constants.RSA_PKCS1_PADDING })
const P1363 = () => ({ dsaEncoding: 'ieee-p1363' })

/** Algorithm, bits of its hash, file of the key, and what OpenSSL has to be told. */
const SIGNATURES = [
  ['RS256', 256, 'rsa', PKCS1],
  ['RS384', 384, 'rsa', PKCS1],
  ['RS512', 512, 'rsa', PKCS1],
  ['PS256', 256, 'rsa', PSS],
  ['PS384', 384, 'rsa', PSS],
  ['PS512', 512, 'rsa', PSS],
  ['ES256', 256, 'p256', P1363],
  ['ES384', 384, 'p384', P1363],
  ['ES512', 512, 'p521', P1363],
  ['ES256K', 256, 'p256k', P1363],
]

export const signatures = {
  title: 'signatures',
  before: (folder) => {
    writeKeyFile(folder, 'rsa.key', { type: 'rsa' })
    for (const [file, curve] of [
      ['p256', 'P-256'],
      ['p384', 'P-384'],
      ['p521', 'P-521'],
      ['p256k', 'P-256K'],
    ]) {
      writeKeyFile(folder, `${file}.key`, { type: 'ec', curve })
    }
    return {}
  },
  lines: [
    ...['rsa', 'p256', 'p384', 'p521', 'p256k'].map((name) => ({
      line: `az keyvault key import ${HSM} --name ${name} --pem-file ${name}.key`,
      gives: { key: { d: null } },
    })),
    ...SIGNATURES.flatMap(([algorithm, bits, name, how]) => [
      {
        line: `az keyvault key sign ${HSM} --name ${name} --algorithm ${algorithm} --digest ${digestOf(bits)}`,
        gives: { algorithm },
        keep: { signature: 'signature' },
      },
      {
        check: `OpenSSL verifies ${algorithm}`,
        run: ({ folder, kept }) => {
          const key = createPublicKey(readFileSync(join(folder, `${name}.key`)))
          const given = Buffer.from(kept.signature, 'base64')
          if (!verify(HASHES[bits], Buffer.from(TEXT), { key, ...how(bits) }, given)) {
            throw new Error('it does not')
          }
          const own = readFileSync(join(folder, `${name}.key`))
          const made = sign(HASHES[bits], Buffer.from(TEXT), { key: own, ...how(bits) })
          kept.signature = made.toString('base64')
        },
      },
      {
        line: `az keyvault key verify ${HSM} --name ${name} --algorithm ${algorithm} --digest ${digestOf(bits)} --signature {signature}`,
        gives: { algorithm, isValid: true },
      },
      {
        line: `az keyvault key verify ${HSM} --name ${name} --algorithm ${algorithm} --digest ${createHash(HASHES[bits]).update('other').digest('base64')} --signature {signature}`,
        gives: { isValid: false },
      },
    ]),
    {
      line: `az keyvault key sign ${HSM} --name rsa --algorithm RS256 --digest ${digestOf(384)}`,
      refused: /\(BadParameter\) Invalid length of 'value': 48 bytes\. RS256 requires 32 bytes/,
    },
    {
      line: `az keyvault key sign ${HSM} --name p256 --algorithm ES384 --digest ${digestOf(384)}`,
      refused: /\(BadParameter\)/,
    },
    {
      line: `az keyvault key create ${HSM} --name mac --kty oct-HSM --size 256 --ops sign verify`,
    },
    ...[256, 384, 512].flatMap((bits) => [
      {
        line: `az keyvault key sign ${HSM} --name mac --algorithm HS${bits} --digest ${digestOf(bits)}`,
        keep: { signature: 'signature' },
      },
      {
        line: `az keyvault key verify ${HSM} --name mac --algorithm HS${bits} --digest ${digestOf(bits)} --signature {signature}`,
        gives: { isValid: true },
      },
      {
        line: `az keyvault key verify ${HSM} --name mac --algorithm HS${bits} --digest ${digestOf(bits)} --signature ${Buffer.alloc(bits / 8).toString('base64')}`,
        gives: { isValid: false },
      },
    ]),
  ],
}
