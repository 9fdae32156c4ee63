// tools/clients/set-up.mjs with an apt that has nothing to download, as where az is installed already.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
const canRun = /^ID=debian$/m.test(release) && existsSync('/usr/bin/python3')

/** Fails as apt-get does where a download has no names; the simulated installation has nothing to install. */
const APT = `#!/bin/sh
while [ "$1" = -o ]; do shift 2; done
[ "$1" = -q ] && shift
case "$1" in
  indextargets) echo 'http://mirror.test/debian bookworm' ;;
  download) shift; [ $# -gt 0 ] || { echo 'E: No packages found' >&2; exit 100; }; touch "$@" ;;
esac
`

/** "Unpacks" an az that prints its version. */
const DPKG = `#!/bin/sh
modules="$3/usr/lib/python3/dist-packages/azure/cli"
mkdir -p "$modules"
touch "$modules/__init__.py"
echo "print('{\\"azure-cli\\": \\"9.9\\"}')" > "$modules/__main__.py"
`

it('installs az where none of its dependencies is missing', ({ skip }) => {
  skip(!canRun, 'this is not Debian, or it has no Python')
  const folder = mkdtempSync(join(tmpdir(), 'clients-set-up-'))
  try {
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'apt-get'), APT, { mode: 0o755 })
    writeFileSync(join(bin, 'dpkg-deb'), DPKG, { mode: 0o755 })
    const output = execFileSync(
      process.execPath,
      [join(root, 'tools', 'clients', 'set-up.mjs'), '--clients', join(folder, 'clients')],
      { encoding: 'utf8', env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` } },
    )
    expect(output).toMatch(/ has az 9\.9\n$/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
