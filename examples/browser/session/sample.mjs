// The tour's own sample: the same key, the same invoice, the same signature by OpenSSL.

import { digestOf } from './web-crypto-side.mjs'

const text = async (name) =>
  (await fetch(new URL(`../../tour/sample/${name}`, import.meta.url))).text()
const bytesOf = (binary) => Uint8Array.from(binary, (character) => character.charCodeAt(0))

/** Bytes of a text. */
export const utf8 = (string) => new TextEncoder().encode(string)

/** The file to sign, and what an HSM signs of it. */
export const invoice = utf8(await text('invoice.csv'))
export const digest = await digestOf(invoice)

/** The private key, encrypted, what opens it, and its public half. */
export const pem = await text('signing-key.pem')
export const password = 'only for this tour'
export const publicPem = await text('signing-key.public.pem')

/** The RS256 signature that OpenSSL made. */
export const opensslSignature = bytesOf(atob((await text('invoice.csv.rs256.txt')).trim()))
