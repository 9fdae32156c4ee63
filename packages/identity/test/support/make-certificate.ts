/** A certificate of an application, with its private key. */

import {
  createHmacDrbg,
  exportPem,
  generateKey,
  issueCertificate,
  utf8ToBytes,
  writePemBlock,
} from '@pocket-hsm/crypto'

/** Makes the PEM of a certificate and its key. */
export function makeCertificate(name = 'orders'): string {
  const random = createHmacDrbg(utf8ToBytes(`certificate of ${name}`))
  const key = generateKey({ kty: 'RSA', bits: 2048 }, random)
  const content = {
    serialNumber: Uint8Array.of(1),
    subject: name,
    publicKey: key,
    notBefore: '20200101000000Z',
    notAfter: '20491231235959Z',
  }
  const certificate = issueCertificate(content, { name, key }, random)
  return `${exportPem(key)}\n${writePemBlock('CERTIFICATE', certificate)}`
}
