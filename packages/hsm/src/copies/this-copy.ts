/** What a copy of pocket-hsm says of itself to others in the same process. */

/** A copy, as others know it. */
export interface Copy {
  /** The version of the package. */
  readonly version: string
  /** The number of its {@link STATE_FORMAT}. */
  readonly format: number
}

/**
 * The number of what stands behind a handle: an `Engine` and all that can be reached from it, an `RsaPoolContents`, a
 * `StateName`. Raise it with every change that makes code of an older release misread them: a renamed or new member, a
 * member that means something else. Only then, and in a minor or major release: copies with one number share HSMs.
 */
const STATE_FORMAT = 1

/** This copy. A test compares the version with package.json. */
export const THIS_COPY: Copy = { version: '0.0.0', format: STATE_FORMAT }
