// Holds: a Debian machine without az or the Python SDK has both after one command, beside the system and without root.
//
//   node tools/clients/set-up.mjs [--clients FOLDER]
//
// az and the SDK are Debian 13's own packages, unpacked into the folder; what they need comes from the suite of the
// machine, so that it fits its Python. DEBIAN_MIRROR names another mirror than the machine's own, DEBIAN_SUITE_OF_AZ
// another suite. Elsewhere: any az and any Python with azure-keyvault-keys, named by AZ and PYTHON.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { clientsFolder } from './lib/installed.mjs'
import { runProgram } from './lib/program.mjs'

const SUITE_OF_AZ = process.env.DEBIAN_SUITE_OF_AZ ?? 'trixie'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** What is of no use without its fellows, and has to be of one suite. */
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
/** Older suites need them, az does not. */
const NEEDLESS = /^(azure-cli|python3-azure-(cosmos|storage)|python3-uamqp)$/

const { values } = parseArgs({ options: { clients: { type: 'string' } } })
await setUp(clientsFolder(values.clients))

async function setUp(folder) {
  const suite = suiteOfMachine()
  if (suite === undefined) {
    process.stderr.write(
      'Not a Debian: name an az and a Python that have the clients by AZ and PYTHON.\n',
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
  await own.get(['download', ...missing], packages)
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

/** Where this machine has its packages from: a whole archive, which its security updates are not. */
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
  if (whole === undefined) throw new Error('apt names no archive: give one in DEBIAN_MIRROR')
  return whole.split(' ')[0]
}

/** apt with lists and a cache of its own: the machine's are left alone. */
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

/** One for az, one for a Python that has the SDK. */
function writeCommands(folder) {
  const modules = join(folder, 'root', 'usr', 'lib', 'python3', 'dist-packages')
  // Where the machine has an older azure, its __init__.py would win over a folder without one.
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
