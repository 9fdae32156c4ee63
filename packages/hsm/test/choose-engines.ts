/**
 * Chooses the implementations that all tests run with.
 *
 * `ENGINE=portable` takes those for hosts without WebAssembly; `RSA_ENGINE`, `EC_ENGINE` and `SYMMETRIC_ENGINE` choose
 * one by its own name. An unknown name is an error.
 */

import {
  chooseEcEngine,
  chooseRsaEngine,
  chooseSymmetricEngine,
  type EcEngineName,
  type RsaEngineName,
  type SymmetricEngineName,
} from '@pocket-hsm/crypto'

/** Whether elliptic curves run without WebAssembly. */
export const isEcPortable: boolean =
  (process.env['EC_ENGINE'] ?? (process.env['ENGINE'] === 'portable' ? 'noble' : 'auto')) ===
  'noble'

/** Chooses what the environment says; for tests that have chosen otherwise, too. */
export function chooseEngines(): void {
  const { ENGINE, RSA_ENGINE, EC_ENGINE, SYMMETRIC_ENGINE } = process.env
  if (ENGINE !== undefined && ENGINE !== 'portable') throw new Error(`Unknown ENGINE: ${ENGINE}`)
  const isPortable = ENGINE === 'portable'
  chooseRsaEngine((RSA_ENGINE ?? (isPortable ? 'bigint' : 'auto')) as RsaEngineName | 'auto')
  chooseEcEngine((EC_ENGINE ?? (isPortable ? 'noble' : 'auto')) as EcEngineName | 'auto')
  chooseSymmetricEngine(
    (SYMMETRIC_ENGINE ?? (isPortable ? 'portable' : 'auto')) as SymmetricEngineName | 'auto',
  )
}

chooseEngines()
