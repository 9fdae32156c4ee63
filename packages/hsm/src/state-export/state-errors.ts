/** Why a state export is not taken: errors of the engine's own, as no service has the call. */

import { HsmError } from '../hsm-error.ts'

/** Not an export at all, or one that is not as it was made. */
export function damagedState(): HsmError {
  return refused('StateDamaged', 'The bytes are no state export, or a damaged one.')
}

/** One that an HSM of another security domain made. */
export function foreignState(): HsmError {
  const message = 'The state export belongs to a different security domain.'
  return refused('StateOfAnotherDomain', message)
}

/** One of a later program. */
export function unknownStateFormat(format: string): HsmError {
  const message = `The format ${format} of the state export is not known: it may be of a later version of pocket-hsm.`
  return refused('StateFormatUnknown', message)
}

/** Changes where the whole is wanted, or the other way round. */
export function otherStateExport(wanted: string): HsmError {
  return refused('StateOfAnotherKind', `The bytes are a state export, but not one of ${wanted}.`)
}

/** Changes of another state than the HSM is in. */
export function changesDoNotFollow(): HsmError {
  const message =
    "The changes do not follow the HSM's present state: some are missing, were applied before, or are of another HSM."
  return new HsmError({ status: 409, code: 'ChangesDoNotFollow', message })
}

function refused(code: string, message: string): HsmError {
  return new HsmError({ status: 400, code, message })
}
