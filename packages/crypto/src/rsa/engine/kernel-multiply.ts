/**
 * Montgomery multiplication of two pairs of numbers at once, without a multiplication to find quotients.
 *
 * With Ñ = N·(-N^-1 mod 2^w), which is -1 modulo 2^w, and M = (Ñ + 1)/2^w, a quotient digit q is the lowest
 * digit of the sum T, and (T + q·Ñ)/2^w = (T - q)/2^w + q·M. Four rows a·b and four rows q·M go down in one
 * pass over the columns; the rows q·M of a block go with the rows a·b of the next.
 *
 * @see Montgomery, Modular multiplication without trial division, 1985; Orup, Simplifying quotient determination
 * in high-radix modular multiplication, 1995; Walter, Montgomery exponentiation needs no final subtractions, 1999
 */

import {
  type Code,
  defineFunction,
  I32,
  type Local,
  V128,
  type WasmFunction,
} from '../../wasm/wasm-emitter.ts'
import {
  add,
  call,
  get,
  increase,
  int,
  intShiftRight,
  intSubtract,
  load,
  multiply,
  sequence,
  set,
  store,
  sum,
  times,
  zero,
} from '../../wasm/wasm-instructions.ts'
import {
  BLOCK,
  blocksUpTo,
  byteCount,
  columnOfRows,
  countDown,
  FUNCTION,
  fourLocals,
  limbCount,
  lookAhead,
  type Pass,
  passWithLookAhead,
  ringElement,
  stretchEnds,
} from './kernel-parts.ts'
import { AT, LIMB } from './memory-layout.ts'

/**
 * `multiply(a, b, target)`: a·b/2^(wk) modulo N, for addresses of numbers of k limbs.
 *
 * b has margins; a needs none. target may be a or b.
 */
export const multiplyFunction = (): WasmFunction =>
  defineFunction(
    [I32, I32, I32],
    (local) => {
      const [a, b, target] = [0, 1, 2]
      const rows = fourLocals(local)
      const quotients = fourLocals(local)
      const window = fourLocals(local)
      const carry = local(V128)
      const work = [local(V128), local(V128)] as const
      const ends = Array.from({ length: BLOCK }, () => local(I32))
      const position = local(I32)
      const bPosition = local(I32)
      const blocks = local(I32)

      /** T[o] := (a·b)[o] + (q·M)[o - 3 up] + T[o + 4]: the block's digits are gone, the columns move down by four. */
      const column = (o: number, parts: Parts, isFirst: boolean): Code => {
        const at = LIMB * o
        const terms: Code[] = []
        if (parts.rows) terms.push(columnOfRows(rows, window, o))
        if (parts.quotients) {
          terms.push(
            add(
              sum(...quotientTerms(quotients, get(position), at)),
              load(get(position), AT.product + at + LIMB * BLOCK),
            ),
          )
          if (isFirst && o === 0) terms.push(get(carry))
        }
        const [first = zero, ...rest] = terms
        return sequence(
          parts.rows ? set(ringElement(window, o), load(get(bPosition), at)) : sequence(),
          store(get(position), AT.product + at, sum(first, ...rest)),
        )
      }

      const pass = (parts: Parts): Pass => ({
        block: (isFirst) => times(BLOCK, (o) => column(o, parts, isFirst)),
        advance: sequence(increase(position, LIMB * BLOCK), increase(bPosition, LIMB * BLOCK)),
        position,
        lookAhead: (index) => lookAhead(index, load(int(0), AT.product + LIMB * index), work),
      })

      const begin = (parts: Parts): Code =>
        sequence(parts.rows ? beginRows : sequence(), parts.quotients ? beginQuotients : sequence())
      const beginRows = sequence(
        times(BLOCK, (r) => set(ringElement(rows, r), load(get(a), LIMB * r))),
        increase(a, LIMB * BLOCK),
        set(bPosition, get(b)),
        times(BLOCK, (r) => set(ringElement(window, r), zero)),
      )
      const beginQuotients = sequence(
        times(BLOCK, (r) => set(ringElement(quotients, r), load(int(0), AT.quotients + LIMB * r))),
        set(carry, load(int(0), AT.carry)),
      )

      return sequence(
        set(blocks, intShiftRight(limbCount, int(2))),
        stretchEnds(ends, get(blocks)),
        begin(FIRST_PASS),
        passWithLookAhead(pass(FIRST_PASS), ends),
        // A squaring before may have left something here, above the columns of this product.
        times(BLOCK, (o) => store(get(position), AT.product + LIMB * o, zero)),
        countDown(
          blocks,
          intSubtract(get(blocks), int(1)),
          sequence(begin(MIDDLE_PASS), passWithLookAhead(pass(MIDDLE_PASS), ends)),
        ),
        begin(LAST_PASS),
        set(position, int(0)),
        pass(LAST_PASS).block(true),
        pass(LAST_PASS).advance,
        blocksUpTo(pass(LAST_PASS), byteCount),
        call(FUNCTION.carry, int(AT.product), get(target), load(int(0), AT.one)),
      )
    },
    'multiply',
  )

/** Which rows a pass adds: those of a·b, those of q·M, or both. */
interface Parts {
  readonly rows: boolean
  readonly quotients: boolean
}

const FIRST_PASS: Parts = { rows: true, quotients: false }
const MIDDLE_PASS: Parts = { rows: true, quotients: true }
const LAST_PASS: Parts = { rows: false, quotients: true }

/** q[0]·M[o+3] + q[1]·M[o+2] + q[2]·M[o+1] + q[3]·M[o], with M read anew: two windows would not fit the registers. */
function quotientTerms(quotients: readonly Local[], position: Code, at: number): [Code, ...Code[]] {
  const term = (s: number) =>
    multiply(
      get(ringElement(quotients, s)),
      load(position, AT.modulus + at + LIMB * (BLOCK - 1 - s)),
    )
  return [term(0), term(1), term(2), term(3)]
}
