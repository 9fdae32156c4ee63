// Makes a certificate for the fake authority: az reaches it over TLS, as the real one.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openssl } from './openssl.mjs'

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/**
 * Makes a certificate for localhost and what has to be trusted for it.
 *
 * @param {string} folder
 * @returns {{ key: string, cert: string, ca: string }} PEM.
 */
export function makeCertificates(folder) {
  const file = (name) => join(folder, name)
  writeFileSync(file('authority.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  for (const line of [
    [
      'req',
      '-x509',
      ...EC_KEY,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=ca',
    ],
    [
      'req',
      ...EC_KEY,
      '-keyout',
      'authority.key',
      '-out',
      'authority.csr',
      '-subj',
      '/CN=localhost',
    ],
    [
      ...['x509', '-req', '-in', 'authority.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key'],
      ...['-CAcreateserial', '-days', '2', '-extfile', 'authority.ext', '-out', 'authority.pem'],
    ],
  ]) {
    openssl(line, folder)
  }
  const text = (name) => readFileSync(file(name), 'utf8')
  return { key: text('authority.key'), cert: text('authority.pem'), ca: text('ca.pem') }
}
