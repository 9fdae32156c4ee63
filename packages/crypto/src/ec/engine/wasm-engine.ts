/**
 * The curves on WebAssembly: what goes into a kernel's memory, which of its functions run, what comes out.
 *
 * After every call, also one that throws, the scratch memory is zero: nonces, private keys and all that was computed
 * from them. What stays are constants and the tables of the base point and of public keys.
 */

import { bigIntToBytes } from '../../encoding/bytes.ts'
import type { CurveName, EcPublicKey } from '../../key-material.ts'
import { baseComb } from '../kernel/curve-shape.ts'
import { TABLE_SLOTS } from '../kernel/memory-layout.ts'
import { buildTable } from './comb-table.ts'
import type { CurveEngine } from './ec-engine.ts'
import {
  createMachine,
  isZeroElement,
  type Machine,
  readBytes,
  wipe,
  writeBytes,
} from './machine.ts'
import { createNobleEngine } from './noble-engine.ts'
import { withNonce } from './nonce.ts'
import { difference, isBelow, isInRange, isZero, leftmostBits, sum } from './scalar-bytes.ts'
import { createTableSlots } from './table-slots.ts'

/**
 * Makes the engine of a curve.
 *
 * @returns The engine, whose kernel is compiled; `undefined` where the host has no WebAssembly or no SIMD in it.
 */
export function createWasmEngine(crv: CurveName): CurveEngine | undefined {
  const machine = createMachine(crv)
  return machine === undefined ? undefined : engineOn(crv, machine)
}

/** Makes the engine on a machine, whose memory belongs to the engine from now on. */
export function engineOn(crv: CurveName, machine: Machine): CurveEngine {
  const { at, n, width, shape } = machine
  const noble = createNobleEngine(crv, width)
  const slots = createTableSlots(TABLE_SLOTS)
  let hasBaseTable = false

  function needBaseTable(): void {
    if (hasBaseTable) return
    const { Gx, Gy } = machine.parameters
    const base = { x: bigIntToBytes(Gx, width), y: bigIntToBytes(Gy, width) }
    withWipe(
      machine,
      () => loadPoint(machine, base) && buildTable(machine, at.table, baseComb(shape)),
    )
    hasBaseTable = true
  }

  return {
    name: 'wasm',
    publicKey(d) {
      needBaseTable()
      const point = multiplyBase(machine, d)
      // (0, 0) is on none of the curves: the comb met an exceptional addition.
      return isZero(point.x) && isZero(point.y) ? noble.publicKey(d) : point
    },
    isOnCurve: (point) => withWipe(machine, () => loadPoint(machine, point)),
    findY: (x, odd) => withWipe(machine, () => findY(machine, x, odd)),
    sign(hash, d, digest, extraEntropy = NOTHING) {
      needBaseTable()
      const z = leftmostBits(digest, shape.bits, width)
      return withNonce(hash, { n, bits: shape.bits }, { d, z, extraEntropy }, (k) =>
        withWipe(machine, () => signOnce(machine, k, d, z)),
      )
    },
    verify(publicKey, digest, signature) {
      const r = signature.subarray(0, width)
      const s = signature.subarray(width)
      if (!isInRange(r, n) || !isInRange(s, n)) return false
      needBaseTable()
      const slot = slots.find(publicKey, (number) =>
        withWipe(machine, () => fillSlot(machine, publicKey, slotAddress(machine, number))),
      )
      if (slot === undefined) return false
      const z = leftmostBits(digest, shape.bits, width)
      const valid = withWipe(machine, () =>
        verifyOnce(machine, slotAddress(machine, slot), { r, s, z }),
      )
      return valid ?? noble.verify(publicKey, digest, signature)
    },
  }
}

const NOTHING = new Uint8Array(0)

const slotAddress = ({ at }: Machine, slot: number): number => at.slots + slot * at.tableSize

function withWipe<Result>(machine: Machine, work: () => Result): Result {
  try {
    return work()
  } finally {
    wipe(machine)
  }
}

/** Loads a point for `buildTable`; returns whether it is on the curve. */
function loadPoint(machine: Machine, { x, y }: EcPublicKey): boolean {
  const { kernel, at, p, width } = machine
  if (x.length !== width || y.length !== width) return false
  if (!isBelow(x, p) || !isBelow(y, p)) return false
  writeBytes(machine, at.bytesR, x)
  writeBytes(machine, at.bytesS, y)
  kernel.checkPoint()
  return isZeroElement(machine, at.t4)
}

function fillSlot(machine: Machine, point: EcPublicKey, address: number): boolean {
  if (!loadPoint(machine, point)) return false
  buildTable(machine, address, machine.shape)
  return true
}

function multiplyBase(machine: Machine, d: Uint8Array): EcPublicKey {
  const { kernel, at, width } = machine
  return withWipe(machine, () => {
    writeBytes(machine, at.bytesK, d)
    kernel.publicKey()
    const point = { x: new Uint8Array(width), y: new Uint8Array(width) }
    readBytes(machine, at.bytesR, point.x)
    readBytes(machine, at.bytesS, point.y)
    return point
  })
}

/** `undefined` where r or s is 0: FIPS 186-5 section 6.4.1 has the next nonce then. So does an exceptional addition. */
function signOnce(
  machine: Machine,
  k: Uint8Array,
  d: Uint8Array,
  z: Uint8Array,
): Uint8Array | undefined {
  const { kernel, at, width } = machine
  writeBytes(machine, at.bytesK, k)
  writeBytes(machine, at.bytesD, d)
  writeBytes(machine, at.bytesZ, z)
  kernel.sign()
  const signature = new Uint8Array(2 * width)
  readBytes(machine, at.bytesR, signature)
  readBytes(machine, at.bytesS, signature, width)
  const isUsable = !isZero(signature, 0, width) && !isZero(signature, width)
  return isUsable ? signature : undefined
}

/** `undefined` where an exceptional addition, or a sum at infinity, left no point to compare with. */
function verifyOnce(
  machine: Machine,
  table: number,
  { r, s, z }: { r: Uint8Array; s: Uint8Array; z: Uint8Array },
): boolean | undefined {
  const { kernel, at, gap, n } = machine
  writeBytes(machine, at.bytesR, r)
  writeBytes(machine, at.bytesS, s)
  writeBytes(machine, at.bytesZ, z)
  kernel.verify(table)
  if (isZeroElement(machine, at.t3)) return undefined
  if (isZeroElement(machine, at.t2)) return true
  if (!isBelow(r, gap)) return false
  // r is x modulo n: where r + n is below p, that x is the other possible one.
  writeBytes(machine, at.bytesR, sum(r, n))
  kernel.compare()
  return isZeroElement(machine, at.t2)
}

/** The root of x³ + ax + b: its (p + 1)/4-th power, since p is 3 modulo 4 on every curve, if that is a root. */
function findY(machine: Machine, x: Uint8Array, odd: boolean): Uint8Array | undefined {
  const { kernel, at, p, parameters, width } = machine
  loadPoint(machine, { x, y: new Uint8Array(width) })
  kernel.add(at.m1, at.t3, at.zero)
  kernel.multiply(at.m2, at.r, at.t3)
  for (const bit of ((parameters.p + 1n) / 4n).toString(2).slice(1)) {
    kernel.square(at.m2, at.m2)
    if (bit === '1') kernel.multiply(at.m2, at.m2, at.m1)
  }
  kernel.leave(at.m2, at.m2)
  kernel.freeze(at.m2, at.m2, at.p)
  kernel.toBytes(at.bytesS, at.m2)
  const root = new Uint8Array(width)
  readBytes(machine, at.bytesS, root)
  if (!loadPoint(machine, { x, y: root })) return undefined
  const isOdd = (root[width - 1] ?? 0) % 2 === 1
  return isOdd === odd ? root : difference(p, root)
}
