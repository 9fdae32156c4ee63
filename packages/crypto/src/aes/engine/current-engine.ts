/** Which engine computes AES: the choice is the one of choose-symmetric-engine.ts. */

import { symmetricEngine } from '../../hash/engine/choose-symmetric-engine.ts'
import type { AesEngine } from './aes-engine.ts'
import { portableAes } from './portable-engine.ts'
import { wasmAes } from './wasm-engine.ts'

/** Returns the engine that computes now. */
export const aesEngine = (): AesEngine =>
  (symmetricEngine() === 'wasm' ? wasmAes() : undefined) ?? portableAes
