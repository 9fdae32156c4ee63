// The sample as the chapters use it; sample/README.md says how each file was made.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const read = (name) => readFileSync(new URL(`sample/${name}`, import.meta.url))

/** The file to sign. */
export const invoice = read('invoice.csv')

/** What an HSM signs is the digest of the file; it never sees the file. */
export const digest = createHash('sha256').update(invoice).digest()

/** The private key, encrypted, and what opens it. */
export const pem = read('signing-key.pem').toString()
export const password = 'only for this tour'

/** Its public half, as OpenSSL wrote it. */
export const publicPem = read('signing-key.public.pem').toString()

/** The RS256 signature that OpenSSL made. */
export const opensslSignature = Buffer.from(read('invoice.csv.rs256.txt').toString(), 'base64')
