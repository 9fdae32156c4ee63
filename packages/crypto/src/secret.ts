/** The one way to hold what must not print: an opaque value that shows `[secret]` on every way out. */

const SHOWN = '[secret]'

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
    // What Node's util.inspect and console.log ask for; a registered symbol, so no import of Node.
    Object.defineProperty(Secret.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value: () => SHOWN,
    })
  }

  /** Makes the value a secret that only {@link Secret.reveal} opens. The value is kept, not copied. */
  constructor(value: Value) {
    this.#value = value
    Object.freeze(this)
  }

  /**
   * Opens a secret. Every place where secret bytes leave their handle is a call of this function.
   *
   * @param secret - What the constructor made.
   * @returns The value itself, not a copy: do not change it.
   *
   * @example
   * ```ts
   * import { Secret } from '@pocket-hsm/crypto'
   *
   * Secret.reveal(new Secret('swordfish')) // 'swordfish'
   * ```
   */
  static reveal<Value>(secret: Secret<Value>): Value {
    return secret.#value
  }

  /** Always `[secret]`. */
  toString(): string {
    return SHOWN
  }

  /** Always `[secret]`, so that `JSON.stringify` of anything that holds a secret is safe. */
  toJSON(): string {
    return SHOWN
  }
}
