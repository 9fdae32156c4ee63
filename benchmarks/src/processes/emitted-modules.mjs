// A process that has every kernel write its module, and prints how many bytes each has.

const { Module } = WebAssembly
const sizes = []
WebAssembly.Module = class extends Module {
  constructor(bytes) {
    super(bytes)
    sizes.push(bytes.length)
  }
}

const { digest, encrypt, findAlgorithm, generateKey, makeOctKey } = await import(
  '@pocket-hsm/crypto'
)
const random = (length) => crypto.getRandomValues(new Uint8Array(length))
const text = new Uint8Array(64)

/** What first needs each kernel, in an order in which none needs another one's. */
const USES = {
  'SHA-224 and SHA-256': () => digest('SHA-256', text),
  'SHA-384 and SHA-512': () => digest('SHA-512', text),
  'AES and GHASH': () =>
    encrypt(makeOctKey(random(32)), findAlgorithm('A256GCM'), text, {}, random),
  RSA: () => generateKey({ kty: 'RSA', bits: 2048 }, random),
  ...Object.fromEntries(
    ['P-256', 'P-384', 'P-521', 'P-256K'].map((crv) => [
      crv,
      () => generateKey({ kty: 'EC', crv }, random),
    ]),
  ),
}

const found = {}
for (const [name, use] of Object.entries(USES)) {
  const before = sizes.length
  use()
  found[name] = sizes.slice(before).reduce((sum, size) => sum + size, 0)
}
process.stdout.write(JSON.stringify(found))
