import { describe, expect, it } from 'vitest'
import { importPem, importPublicPem } from '../../src/key-files/import-pem.ts'
import { exportJwk, toPublicJwk } from '../../src/keys/export-jwk.ts'
import { fixture, PASSWORD } from '../fixture.ts'
import { codeOf, refusalOf } from '../refusal.ts'

const pem = fixture('p256.pkcs8')
const jwk = exportJwk(importPem(pem))
const problem = (text: string, password?: string) => {
  const { code, message } = refusalOf(() => importPem(text, { password }))
  expect(code).toBe('INVALID_KEY')
  return message
}

describe('a PEM private key', () => {
  it.each([
    ['text before and after', `Bag Attributes\n    friendlyName: key\n${pem}\nthe end\n`],
    ['a certificate before', fixture('certificate') + pem],
    ['a public key before', fixture('p384.spki') + pem],
    ['another private key after', pem + fixture('p384.pkcs8')],
    [
      'a damaged block of another kind before',
      `-----BEGIN X509 CRL-----\n???\n-----END X509 CRL-----\n${pem}`,
    ],
    ['lines ended by CR LF', pem.replaceAll('\n', '\r\n')],
    ['lines ended by CR', pem.replaceAll('\n', '\r')],
    ['indented lines', pem.replaceAll('\n', '\n    ')],
    ['no line feed at the end', pem.trimEnd()],
    ['empty lines inside', pem.replaceAll('\n', '\n\n')],
    ['all base64 on one line', pem.replace(/(?<=[\w+/=])\n(?=[\w+/])/g, '')],
    ['a byte order mark', `\ufeff${pem}`],
  ])('is found among %s', (_, text) => {
    expect(exportJwk(importPem(text))).toEqual(jwk)
  })

  it('is found behind its EC PARAMETERS', () => {
    const text = fixture('with-parameters.sec1')
    expect(text).toMatch(/^-----BEGIN EC PARAMETERS-----/)
    expect(importPem(text).privateKey).toBeDefined()
  })

  it('without encryption needs no password and ignores one', () => {
    expect(exportJwk(importPem(pem, { password: PASSWORD }))).toEqual(jwk)
  })

  it.each(['p256.pbes2-hmac-SHA256-aes256', 'p256.traditional-aes256'])(
    'in the form %s needs a password',
    (name) => {
      const { code, message } = refusalOf(() => importPem(fixture(name)))
      expect(code).toBe('INVALID_ARGUMENT')
      expect(message).toContain('encrypted: a password is needed')
    },
  )

  it.each(['p256.pbes2-hmac-SHA256-aes256', 'p256.traditional-aes256', 'rsa.traditional-aes256'])(
    'in the form %s does not open with another password, the empty one included',
    (name) => {
      for (const password of ['', 'Swordfish', new Uint8Array()]) {
        expect(codeOf(() => importPem(fixture(name), { password }))).toBe('WRONG_PASSWORD')
      }
    },
  )

  it.each(['p256.pbes2-hmac-SHA256-aes256', 'p256.traditional-aes256'])(
    'in the form %s opens with bytes',
    (name) => {
      expect(exportJwk(importPem(fixture(name), { password: Buffer.from(PASSWORD) }))).toEqual(jwk)
    },
  )
})

describe('a PEM without a private key', () => {
  it.each(['p256.spki', 'rsa.pkcs1-public'])('but with a public one (%s) says so', (name) => {
    expect(problem(fixture(name))).toContain('public key only')
  })

  it('but with a certificate says so', () => {
    expect(problem(fixture('certificate'))).toContain('certificate only')
  })

  it.each(['', 'not a key', 'MIIBVQ==', '-----BEGIN PRIVATE KEY----'])(
    'in %j has an error text that says so',
    (text) => {
      expect(problem(text)).toContain('no private key')
    },
  )
})

describe('a damaged PEM', () => {
  it('without its END is refused', () => {
    expect(problem(pem.slice(0, pem.indexOf('-----END')))).toContain('no end')
  })

  it('with the END of another label is refused', () => {
    expect(problem(pem.replace('END PRIVATE KEY', 'END RSA PRIVATE KEY'))).toContain('no end')
  })

  it('with a BEGIN inside is refused', () => {
    expect(problem(pem.replace('-----END', '-----BEGIN PRIVATE KEY-----\n-----END'))).toContain(
      'inside another',
    )
  })

  it.each(['-', '_', '*', 'é', 'A B'])('with %j among its base64 is refused', (text) => {
    expect(problem(pem.replace('\nMI', `\n${text}MI`))).toMatch(/base64/)
  })

  it('that lost a character is refused', () => {
    expect(problem(pem.replace('\nMI', '\nM'))).toContain('base64 is incomplete')
  })

  it('with nothing inside is refused', () => {
    problem('-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n')
  })

  it('with PKCS#8 under the name of PKCS#1 is refused', () => {
    problem(pem.replaceAll('PRIVATE', 'RSA PRIVATE'))
  })

  it('of more than 1,048,576 characters is refused', () => {
    expect(problem(pem.padEnd(1_048_577))).toContain('too long')
    expect(exportJwk(importPem(pem.padEnd(1_048_576)))).toEqual(jwk)
  })

  it('has no characters of the key in its error text', () => {
    const message = problem(pem.replace('\nMI', '\n*MI'))
    for (const line of pem.split('\n').slice(1, -2)) expect(message).not.toContain(line.slice(0, 8))
  })
})

describe('a traditional encrypted PEM', () => {
  const encrypted = fixture('p256.traditional-aes256')
  const withDekInfo = (value: string) => encrypted.replace(/DEK-Info: .*/, value)

  it('without DEK-Info is refused', () => {
    expect(problem(encrypted.replace(/DEK-Info: .*\n/, ''), PASSWORD)).toContain('DEK-Info')
  })

  it.each([
    'DEK-Info:',
    'DEK-Info: AES-256-CBC',
    'DEK-Info: AES-256-CBC,00112233',
    'DEK-Info: AES-256-CBC,0011223344556677',
    'DEK-Info: DES-EDE3-CBC,00112233445566778899AABBCCDDEEFF',
    'DEK-Info: AES-256-CBC,zz112233445566778899aabbccddeeff',
    'DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF,00',
    'DEK-Info: <>,00112233445566778899AABBCCDDEEFF',
  ])('with %j is refused', (value) => {
    expect(problem(withDekInfo(value), PASSWORD)).toContain('DEK-Info')
  })

  it.each(['DES-CBC', 'DES-EDE3', 'CAMELLIA-256-CBC', 'AES-256-GCM'])(
    'under %s is unsupported: the text says how to encrypt it again',
    (cipher) => {
      const text = withDekInfo(`DEK-Info: ${cipher},0011223344556677`)
      const { code, message } = refusalOf(() => importPem(text, { password: PASSWORD }))
      expect(code).toBe('UNSUPPORTED_KEY')
      expect(message).toContain(cipher)
      expect(message).toContain('openssl pkcs8 -topk8 -v2 aes-256-cbc')
    },
  )

  it.each(['4,MIC-CLEAR', '4,MIC-ONLY', '3,ENCRYPTED', '', 'ENCRYPTED'])(
    'with the Proc-Type %j is refused',
    (procType) => {
      const text = encrypted.replace('Proc-Type: 4,ENCRYPTED', `Proc-Type: ${procType}`)
      expect(problem(text, PASSWORD)).toContain('Proc-Type')
    },
  )

  it('reads its headers in any case', () => {
    const text = encrypted
      .replace('DEK-Info: AES-256-CBC', 'dek-info:aes-256-cbc')
      .replace('Proc-Type', 'proc-type')
    expect(exportJwk(importPem(text, { password: PASSWORD }))).toEqual(jwk)
  })

  it('with another IV is a wrong password', () => {
    const text = withDekInfo('DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF')
    expect(codeOf(() => importPem(text, { password: PASSWORD }))).toBe('WRONG_PASSWORD')
  })
})

describe('a PEM of a form that is not supported', () => {
  it.each([
    ['openssh', 'ssh-keygen -p -m PKCS8'],
    ['rsa-pss.traditional', 'openssl rsa'],
    ['rsa-pss.pkcs8', 'openssl rsa'],
    ['explicit.pkcs8', '-param_enc named_curve'],
    ['explicit.sec1', '-param_enc named_curve'],
    ['dsa.traditional', 'make a new key'],
    ['dsa.pkcs8', 'make a new key'],
    ['ed25519.pkcs8', 'make a new key'],
    ['x25519.pkcs8', 'make a new key'],
    ['multi-prime.pkcs8', 'make a new key'],
    ['multi-prime.pkcs1', 'make a new key'],
    ['p224.pkcs8', 'make a new key'],
    ['brainpool.pkcs8', 'make a new key'],
    ['sect283k1.pkcs8', 'make a new key'],
    ['rsa512.pkcs8', '1024 to 8192'],
    ['p256.traditional-des', 'openssl pkcs8 -topk8'],
  ])('%s: the text says what to do', (name, advice) => {
    const { code, message } = refusalOf(() => importPem(fixture(name), { password: PASSWORD }))
    expect(code).toBe('UNSUPPORTED_KEY')
    expect(message).toContain(advice)
  })

  it('and of an unknown label names it', () => {
    const { code, message } = refusalOf(() =>
      importPem(pem.replaceAll('PRIVATE KEY', 'X PRIVATE KEY')),
    )
    expect([code, message]).toEqual(['UNSUPPORTED_KEY', expect.stringContaining('X PRIVATE KEY')])
  })
})

describe('importPublicPem', () => {
  it('reads SPKI and PKCS#1', () => {
    expect(toPublicJwk(importPublicPem(fixture('rsa.pkcs1-public')))).toEqual(
      toPublicJwk(importPublicPem(fixture('rsa.spki'))),
    )
  })

  it('takes the first public key, after blocks of other kinds', () => {
    const text = fixture('certificate') + pem + fixture('p256.spki') + fixture('p384.spki')
    expect(importPublicPem(text).privateKey).toBeUndefined()
    expect(toPublicJwk(importPublicPem(text)).x).toBe(jwk.x)
  })

  it('refuses a private key, and says how to make the public one', () => {
    const { code, message } = refusalOf(() => importPublicPem(pem))
    expect([code, message]).toEqual(['INVALID_KEY', expect.stringContaining('openssl pkey')])
  })

  it('refuses a certificate, and says how to take the key from it', () => {
    const { code, message } = refusalOf(() => importPublicPem(fixture('certificate')))
    expect([code, message]).toEqual(['INVALID_KEY', expect.stringContaining('openssl x509')])
  })

  it('names a kind that is not supported', () => {
    const { code, message } = refusalOf(() => importPublicPem(fixture('ed25519.spki')))
    expect([code, message]).toEqual(['UNSUPPORTED_KEY', expect.stringContaining('Ed25519')])
  })
})
