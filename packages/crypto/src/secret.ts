/** An opaque holder for values that must not be printed: every conversion of it shows `[secret]`. */

import { cryptoError } from './crypto-error.ts'

const PLACEHOLDER = '[secret]'

/**
 * An opaque value. It has no properties; converting it to a string, to JSON or inspecting it
 * shows `[secret]`, and a structured clone of it is empty.
 *
 * @example
 * ```ts
 * import { Secret } from '@pocket-hsm/crypto'
 *
 * const secret = new Secret(new Uint8Array(32))
 * JSON.stringify({ secret }) // '{"secret":"[secret]"}'
 * ```
 */
export class Secret<Value> {
  readonly #value: Value

  static {
    // What Node's util.inspect and console.log look up; a registered symbol needs no import from Node.
    Object.defineProperty(Secret.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value: () => PLACEHOLDER,
    })
  }

  /** Wraps a value that only {@link Secret.reveal} returns. The value is stored, not copied. */
  constructor(value: Value) {
    this.#value = value
    Object.freeze(this)
  }

  /**
   * Returns the value of a secret. Secret bytes leave their holder through this function only.
   *
   * @param secret - A value made by the constructor.
   * @returns The value itself, not a copy: do not change it.
   * @throws {@link CryptoError} `INVALID_ARGUMENT` - anything that the constructor did not make.
   *
   * @example
   * ```ts
   * import { Secret } from '@pocket-hsm/crypto'
   *
   * Secret.reveal(new Secret('swordfish')) // 'swordfish'
   * ```
   */
  static reveal<Value>(secret: Secret<Value>): Value {
    if (typeof secret === 'object' && secret !== null && #value in secret) return secret.#value
    throw cryptoError('INVALID_ARGUMENT', 'Secret.reveal takes a Secret.')
  }

  /** Always `[secret]`. */
  toString(): string {
    return PLACEHOLDER
  }

  /** Always `[secret]`, so that `JSON.stringify` of any object with a secret in it is safe. */
  toJSON(): string {
    return PLACEHOLDER
  }
}
