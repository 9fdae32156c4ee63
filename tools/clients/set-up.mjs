// Installs az and the Python SDK on a Debian machine, in a folder of their own and without root.
//
//   node tools/clients/set-up.mjs [--clients FOLDER]
//
// az and the SDK are Debian 13's packages, unpacked into the folder. Their dependencies come from the suite of the
// machine, to fit its Python; those that are installed are used as they are. DEBIAN_MIRROR replaces the machine's mirror,
// DEBIAN_SUITE_OF_AZ the suite. On other systems, set AZ and PYTHON to an az and a Python with azure-keyvault-keys.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { clientsFolder } from './lib/installed.mjs'
import { runProgram } from './lib/program.mjs'

const SUITE_OF_AZ = process.env.DEBIAN_SUITE_OF_AZ ?? 'trixie'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** Packages that have to be from one suite. */
const OF_AZ = [
  'python3-azure',
  'python3-azure-cli',
  'python3-azure-cli-core',
  'python3-azure-cli-telemetry',
  'python3-azure-datalake-store',
  'python3-azure-multiapi-storage',
  'python3-knack',
  'python3-msal',
  'python3-msal-extensions',
  'python3-msrest',
  'python3-msrestazure',
]
/** Packages that older suites depend on, and az does not need. */
const NEEDLESS = /^(azure-cli|python3-azure-(cosmos|storage)|python3-uamqp)$/

const { values } = parseArgs({ options: { clients: { type: 'string' } } })
await setUp(clientsFolder(values.clients))

async function setUp(folder) {
  const suite = suiteOfMachine()
  if (suite === undefined) {
    process.stderr.write(
      'This is not Debian: set AZ and PYTHON to an az and a Python that have the clients.\n',
    )
    process.exitCode = 1
    return
  }
  rmSync(folder, { recursive: true, force: true })
  const packages = join(folder, 'packages')
  mkdirSync(packages, { recursive: true })
  const own = await aptOf(join(folder, 'apt', suite), suite)
  const simulated = await own.get([
    'install',
    '--simulate',
    '--no-install-recommends',
    'azure-cli',
    'python3-azure',
  ])
  const needed = [...simulated.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name)
  const missing = needed.filter((name) => !OF_AZ.includes(name) && !NEEDLESS.test(name))
  // Where az is installed already, nothing is missing; apt-get download fails without a name.
  if (missing.length > 0) await own.get(['download', ...missing], packages)
  const newer = await aptOf(join(folder, 'apt', SUITE_OF_AZ), SUITE_OF_AZ)
  await newer.get(['download', ...OF_AZ], packages)
  for (const file of readdirSync(packages)) {
    await done(['dpkg-deb', '-x', join(packages, file), join(folder, 'root')])
  }
  for (const done of [packages, join(folder, 'apt')]) rmSync(done, { recursive: true })
  writeCommands(folder)
  const { stdout } = await runProgram([join(folder, 'bin', 'az'), 'version'])
  process.stdout.write(`${folder} has az ${JSON.parse(stdout)['azure-cli']}\n`)
}

function suiteOfMachine() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const debian = /^ID=debian$/m.test(release)
  return debian ? /^VERSION_CODENAME=(\S+)$/m.exec(release)?.[1] : undefined
}

/** The mirror of this machine: a whole archive, not one of security updates. */
async function mirror() {
  if (process.env.DEBIAN_MIRROR) return process.env.DEBIAN_MIRROR
  const format = '$(REPO_URI) $(SUITE)'
  const targets = await done([
    'apt-get',
    'indextargets',
    '--format',
    format,
    'Created-By: Packages',
  ])
  const whole = targets.split('\n').find((line) => / \S+$/.test(line) && !/-\S+$/.test(line))
  if (whole === undefined) throw new Error('apt has no archive: set DEBIAN_MIRROR')
  return whole.split(' ')[0]
}

/** apt with its own lists and cache: the machine's are not changed. */
async function aptOf(folder, suite) {
  for (const part of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(folder, part), { recursive: true })
  }
  const sources = join(folder, 'sources.list')
  writeFileSync(sources, `deb [signed-by=${KEYRING}] ${await mirror()} ${suite} main\n`)
  const settings = {
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::Cache': join(folder, 'cache'),
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': process.env.USER ?? 'root',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  const get = (args, cwd) => done(['apt-get', ...options, '-q', ...args], cwd)
  await get(['update'])
  return { get }
}

/** Writes one command for az, and one for a Python with the SDK. */
function writeCommands(folder) {
  const modules = join(folder, 'root', 'usr', 'lib', 'python3', 'dist-packages')
  // The __init__.py of an older azure on the machine would win over a folder without one.
  writeFileSync(join(modules, 'azure', '__init__.py'), '')
  mkdirSync(join(folder, 'bin'))
  for (const [name, start] of [
    ['az', '/usr/bin/python3 -m azure.cli'],
    ['python', '/usr/bin/python3'],
  ]) {
    const text = `#!/bin/sh\nPYTHONPATH='${modules}' exec ${start} "$@"\n`
    writeFileSync(join(folder, 'bin', name), text, { mode: 0o755 })
  }
}

async function done(command, cwd) {
  const { status, stdout, stderr } = await runProgram(command, { cwd, timeout: 600_000 })
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`)
  return stdout
}
