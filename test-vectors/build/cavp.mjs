/** Reads the response files of NIST's Cryptographic Algorithm Validation Program. */

/**
 * @param {string} text - A .rsp or .txt file.
 * @returns {{ headers: Record<string, string>, fields: Record<string, string> }[]} One entry for each
 *   block of `name = value` lines, with the bracketed headers in force (`[mod = 2048]` as
 *   `headers.mod`, a header without a value as `headers.label`). A lone word is a field equal to ''.
 */
export function readCavp(text) {
  const blocks = []
  let headers = {}
  let fields = {}
  const flush = () => {
    if (Object.keys(fields).length > 0) blocks.push({ headers, fields })
    fields = {}
  }
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue
    if (line.startsWith('[')) {
      flush()
      headers = { ...headers, ...readHeader(line) }
    } else if (line.trim() === '') {
      flush()
    } else {
      const [name, value] = readField(line)
      fields[name] = value
    }
  }
  flush()
  return blocks
}

function readHeader(line) {
  const [name, value] = line.replace(/[[\]]/g, '').split('=')
  return value === undefined ? { label: name.trim() } : { [name.trim()]: value.trim() }
}

function readField(line) {
  const at = line.indexOf('=')
  return at === -1 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
}
