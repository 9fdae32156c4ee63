// How long the packages that build on pocket-hsm take to import: with all that they depend on, and without.

import { fileURLToPath } from 'node:url'
import { inTurn, printedBy } from '../measuring/fresh-runs.mjs'
import { BEFORE, entryPointOf } from '../subjects/before.mjs'

const PROGRAM = fileURLToPath(new URL('../processes/one-import.mjs', import.meta.url))

const PACKAGES = ['azure', 'server']

export const imports = {
  name: 'imports',
  title: 'Importing @pocket-hsm/azure and @pocket-hsm/server',
  noise:
    'Each sample is a process of its own. "Not counted": the modules that the package imports from libraries are loaded before the clock starts, those of noble excepted, which are a part of our file today.',
  async samples({ quick, before }, onSample) {
    const runs = PACKAGES.flatMap((name) =>
      Object.entries({
        'pocket-hsm': import.meta.resolve(`@pocket-hsm/${name}`),
        ...(before && { [BEFORE]: entryPointOf(before, name) }),
      }).flatMap(([contender, entry]) => {
        const foreign = printedBy([PROGRAM, 'list', entry])
        const task = `@pocket-hsm/${name}`
        return [
          { task, contender, entry, loaded: [] },
          {
            task: `${task}, what it depends on not counted`,
            contender,
            entry,
            loaded: foreign,
          },
        ]
      }),
    ).map(({ task, contender, entry, loaded }) => ({
      label: task,
      contender,
      run: () => printedBy([PROGRAM, 'time', entry, ...loaded]),
    }))
    const found = await inTurn(runs, quick ? 1 : 15, onSample)
    return [...new Set(runs.map(({ label }) => label))].map((name) => ({
      name,
      samples: Object.fromEntries(
        runs.flatMap(({ label, contender }, index) =>
          label === name ? [[contender, found[index]]] : [],
        ),
      ),
    }))
  },
}
