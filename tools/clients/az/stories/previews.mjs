// Holds: what az has no command for, as the request itself, with the token of its login: ML-DSA and secure wrap.

const KEYS = 'https://contosomhsm.managedhsm.azure.net/keys'
const MESSAGE = Buffer.from('firmware 1.2').toString('base64url')

/** `az rest` with a body, in the api-version that has these. */
const rest = (path, body, version = '2026-05-01-preview') =>
  [
    'az rest --method post --resource https://managedhsm.azure.net',
    `--url '${KEYS}/${path}?api-version=${version}'`,
    `--body '${JSON.stringify(body)}'`,
  ].join(' ')

const POLICY = JSON.stringify({
  version: '1.0.0',
  anyOf: [{ authority: 'https://attest.example', allOf: [{ claim: 'debug', equals: false }] }],
})

/** So many bytes of base64url. */
const ofLength = (length) => (text) => Buffer.from(text, 'base64url').length === length

export const previews = {
  title: 'what az has no command for',
  lines: [
    {
      line: 'az keyvault key create --hsm-name ContosoMHSM --name firmware --kty AKP-HSM',
      refused: /AKP-HSM/,
      exit: 2,
    },
    {
      line: rest('firmware/create', { kty: 'AKP-HSM', alg: 'ML-DSA-44' }, '7.6'),
      refused: /BadParameter/,
    },
    {
      line: rest('firmware/create', { kty: 'AKP-HSM', alg: 'ML-DSA-44' }),
      gives: { key: { kty: 'AKP-HSM', alg: 'ML-DSA-44', pub: ofLength(1312) } },
    },
    {
      line: rest('firmware/sign', { value: MESSAGE }),
      gives: { alg: 'ML-DSA-44', value: ofLength(2420) },
      keep: { signature: 'value' },
    },
    {
      line: rest('firmware/verify', { digest: MESSAGE, value: '{signature}' }),
      gives: { value: true },
    },
    {
      line: 'az keyvault key show --hsm-name ContosoMHSM --name firmware',
      gives: { key: { kty: 'AKP-HSM' } },
    },
    {
      line: 'az keyvault key rotate --hsm-name ContosoMHSM --name firmware',
      gives: { key: { kty: 'AKP-HSM' } },
    },
    {
      line: 'az keyvault key backup --hsm-name ContosoMHSM --name firmware --file firmware.backup',
    },
    { line: 'az keyvault key delete --hsm-name ContosoMHSM --name firmware' },
    { line: 'az keyvault key recover --hsm-name ContosoMHSM --name firmware' },
    { line: 'az keyvault key delete --hsm-name ContosoMHSM --name firmware' },
    { line: 'az keyvault key purge --hsm-name ContosoMHSM --name firmware' },
    {
      line: 'az keyvault key restore --hsm-name ContosoMHSM --file firmware.backup',
      gives: { key: { kty: 'AKP-HSM' } },
    },
    {
      line: `az keyvault key create --hsm-name ContosoMHSM --name kek --kty oct-HSM --size 256 --exportable true --policy '${POLICY}'`,
      gives: { attributes: { exportable: true } },
    },
    {
      line: rest('kek/securewrapkey', { alg: 'A256KW' }),
      gives: { alg: 'A256KW', value: ofLength(40) },
      keep: { wrapped: 'value' },
    },
    {
      line: rest('kek/secureunwrapkey', { alg: 'A256KW', value: '{wrapped}', target: 'a.b.c' }),
      refused: /The target is not an attestation token/,
    },
  ],
}
