/** Bytes that grow at the end, with numbers of variable length: what a WebAssembly module is written with. */

/** Writes at its own end. */
export interface ByteWriter {
  /** One byte, 0 to 255. */
  readonly byte: (value: number) => void
  /** A number from 0 to 2^32 - 1 as unsigned LEB128. */
  readonly unsigned: (value: number) => void
  /** A number from -2^31 to 2^31 - 1 as signed LEB128. */
  readonly signed: (value: number) => void
  /** Bytes as they are. */
  readonly bytes: (values: Uint8Array) => void
  /** A fresh array of all that was written. */
  readonly written: () => Uint8Array
}

/**
 * Makes an empty writer.
 *
 * @see WebAssembly Core Specification 2.0 section 5.2.2 - integers
 */
export function createByteWriter(): ByteWriter {
  let buffer = new Uint8Array(256)
  let length = 0

  function room(count: number): void {
    if (length + count <= buffer.length) return
    const larger = new Uint8Array(Math.max(2 * buffer.length, length + count))
    larger.set(buffer)
    buffer = larger
  }

  function byte(value: number): void {
    room(1)
    buffer[length++] = value
  }

  function unsigned(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      byte((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    byte(rest)
  }

  function signed(value: number): void {
    let rest = value
    // The last byte's bit 6 is the sign: as long as it differs from the rest, another byte follows.
    while (rest < -0x40 || rest > 0x3f) {
      byte((rest & 0x7f) | 0x80)
      rest >>= 7
    }
    byte(rest & 0x7f)
  }

  function bytes(values: Uint8Array): void {
    room(values.length)
    buffer.set(values, length)
    length += values.length
  }

  return { byte, unsigned, signed, bytes, written: () => buffer.slice(0, length) }
}
