/** Making RSA keys, which can take seconds: after others, or elsewhere. */

import type { CreateKeyParameters, JsonWebKey } from 'pocket-hsm'

/**
 * Makes an RSA key somewhere else: in Web Crypto, in a worker.
 *
 * @param modulusBits - 2048, 3072 or 4096. The public exponent is 65537.
 * @returns The private key with its CRT members; of its other members none is looked at.
 */
export type RsaKeyMaker = (modulusBits: number) => Promise<JsonWebKey>

const SIZES: readonly unknown[] = [2048, 3072, 4096]

const MEMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const

/** Has an RSA key made elsewhere; `undefined` where the engine has to look at what is asked for. */
export async function makeRsaKeyElsewhere(
  { kty, keySize = 2048, publicExponent = 65_537 }: CreateKeyParameters,
  makeRsaKey: RsaKeyMaker,
): Promise<JsonWebKey | undefined> {
  if (!SIZES.includes(keySize) || publicExponent !== 65_537) return undefined
  const jwk = await makeRsaKey(keySize)
  return { ...Object.fromEntries(MEMBERS.map((name) => [name, jwk[name]])), kty }
}

/**
 * Lets the requests that are waiting go first. A message is not a timer: this goes on under fake timers too.
 */
export function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
