/** What clients of the same keys did and heard, in the order of one clock. */

import { createPublicKey, verify } from 'node:crypto'
import type { KeyOperation } from './life-cycle.ts'
import { type Json, MESSAGE, pathOf, type Received } from './requests.ts'

/** The histories of some keys, and whatever is wrong by itself. */
export interface Recorder {
  /** The next instant: later than every one before. */
  readonly now: () => number
  readonly add: (name: string, operation: KeyOperation) => void
  readonly historyOf: (name: string) => readonly KeyOperation[]
  /** Looks at a response for what must be so in every state: a version has one key, a signature is made by it. */
  readonly look: (received: Received) => void
  readonly report: (wrong: string) => void
  /** What was wrong; checks the signatures whose key was not known before. */
  readonly wrong: () => readonly string[]
  /** The signatures that were checked. */
  readonly signatures: () => number
}

/** Makes an empty one. */
export function createRecorder(): Recorder {
  let instant = 0
  const histories = new Map<string, KeyOperation[]>()
  const wrong: string[] = []
  const keyOf = new Map<string, { readonly x: string; readonly y: string }>()
  let unchecked: { readonly kid: string; readonly value: string }[] = []
  let signatures = 0

  const lookAtKey = ({ kid, x, y }: { kid: string; x: string; y: string }) => {
    const version = pathOf(kid)
    const known = keyOf.get(version)
    if (known === undefined) keyOf.set(version, { x, y })
    else if (known.x !== x || known.y !== y) wrong.push(`${version} is another key than before`)
  }
  const check = ({ kid, value }: (typeof unchecked)[number]): boolean => {
    const point = keyOf.get(pathOf(kid))
    if (point === undefined) return false
    const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', ...point } })
    const signature = Buffer.from(value, 'base64url')
    if (!verify('sha256', MESSAGE, { key, dsaEncoding: 'ieee-p1363' }, signature))
      wrong.push(`${pathOf(kid)} did not make its signature`)
    signatures += 1
    return true
  }
  return {
    now: () => {
      instant += 1
      return instant
    },
    add: (name, operation) => {
      const history = histories.get(name) ?? []
      histories.set(name, history)
      history.push(operation)
    },
    historyOf: (name) => histories.get(name) ?? [],
    look: ({ status, json }: { status: number; json: Json }) => {
      if (status !== 200) return
      if (json.key?.x !== undefined) lookAtKey(json.key)
      if (json.kid !== undefined && json.value !== undefined) unchecked.push(json)
    },
    report: (text) => wrong.push(text),
    wrong: () => {
      unchecked = unchecked.filter((signature) => !check(signature))
      return wrong
    },
    signatures: () => signatures,
  }
}
