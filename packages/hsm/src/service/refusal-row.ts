/** One row of the error texts. */

/** The status, the codes and the text of an error; `{name}` in a text is filled with a fact. */
export interface RefusalRow {
  readonly status: number
  readonly code: string
  readonly innerCode?: string
  /** The vault's text. */
  readonly message: string
  /** The Managed HSM's text, if it is known to differ. */
  readonly managedHsm?: string
}

/** Makes a 409 `Conflict`. */
export const conflict = (message: string, innerCode?: string): RefusalRow => ({
  status: 409,
  code: 'Conflict',
  message,
  ...(innerCode !== undefined && { innerCode }),
})

/** Makes a 403 `Forbidden`. */
export const forbidden = (message: string, innerCode?: string): RefusalRow => ({
  status: 403,
  code: 'Forbidden',
  message,
  ...(innerCode !== undefined && { innerCode }),
})

/** Makes a 400 `BadParameter`. */
export const badRequest = (message: string): RefusalRow => ({
  status: 400,
  code: 'BadParameter',
  message,
})
