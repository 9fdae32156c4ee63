// The packages of the workspace that the bundle of another includes, although they are its dependencies.

import { join } from 'node:path'

/**
 * By the name of the package whose bundle includes them. They hold functions and tables only, so nobody can see whether
 * there is one copy of them or two, and a file that is loaded on its own costs an import about a millisecond. They stay
 * dependencies: the declarations import their types.
 */
const INCLUDED = {
  'pocket-hsm': ['@pocket-hsm/access', '@pocket-hsm/lifecycle'],
}

/**
 * Lists the packages that a bundle includes.
 *
 * @param {string} home The folder of the package that is bundled.
 * @param {string} name Its name.
 * @returns {{ name: string, src: string }[]} Their names and their folders of sources.
 */
export const includedPackages = (home, name) =>
  (INCLUDED[name] ?? []).map((included) => ({
    name: included,
    src: join(home, '..', included.replace('@pocket-hsm/', ''), 'src'),
  }))
