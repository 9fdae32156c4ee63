// Holds: a real blob storage for full backups. Azurite is fetched when it is first needed, into the cache of the machine:
// its 374 packages are no part of this repository.

import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { runProgram } from './program.mjs'

/** The last version that Node 20 runs. */
const AZURITE = 'azurite@3.35.0'

const ACCOUNT = 'devstoreaccount1'
/** The key that every Azurite has. */
const KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
const VERSION = '2021-12-02'

const folderOfAzurite = () =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pocket-hsm', 'azurite')

/**
 * Returns the program that starts Azurite; installs it if it is missing.
 *
 * @returns {Promise<string | undefined>} `undefined` where it cannot be installed, such as without a network.
 */
export async function ensureAzurite() {
  const folder = folderOfAzurite()
  const program = join(folder, 'node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js')
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  // A project of its own: npm would otherwise look for one above.
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save']
  await runProgram(['npm', 'install', ...flags, AZURITE], { cwd: folder })
  return existsSync(program) ? program : undefined
}

/**
 * Starts Azurite with an empty container `backup`.
 *
 * @param {string} program From `ensureAzurite`.
 * @param {{ cert: string, key: string }} [tls] Files with a certificate and its key, for https.
 * @returns {Promise<{ container: string, account: string, sas: (rights?: string, seconds?: number) => string,
 *   listBlobs: () => Promise<readonly string[]>, close: () => Promise<void> }>} `sas` returns the query of a signature
 *   for the container.
 */
export async function startAzurite(program, tls) {
  const port = await freePort()
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}/${ACCOUNT}`
  const args = [
    '--blobPort',
    String(port),
    '--inMemoryPersistence',
    '--disableTelemetry',
    '--silent',
  ]
  const https = tls ? ['--cert', tls.cert, '--key', tls.key] : []
  const child = spawn(process.execPath, [program, ...args, ...https], { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const close = async () => {
    child.kill()
    await ended
  }
  const sas = (rights = 'rcwl', seconds = 3600) => containerSas('backup', rights, seconds)
  const listBlobs = async () => {
    const { body } = await send('GET', `${url}/backup?restype=container&comp=list&${sas()}`)
    return [...body.matchAll(/<Name>([^<]*)<\/Name>/g)].map(([, name]) => name)
  }
  try {
    await createContainer(`${url}/backup`, child)
    return { account: url, container: `${url}/backup`, sas, listBlobs, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Tries until the server is there: it says nothing when it is. */
async function createContainer(container, child) {
  for (let tries = 0; child.exitCode === null && tries < 600; tries += 1) {
    const { status } = await send('PUT', `${container}?restype=container&${accountSas()}`)
    if (status === 201) return
    if (status !== 0) throw new Error(`Azurite answers ${status} to the creation of a container.`)
    await setTimeout(100)
  }
  throw new Error('Azurite does not start.')
}

/** Sends a request without a body; status 0 if nobody is there. */
function send(method, target) {
  const request = target.startsWith('https') ? httpsRequest : httpRequest
  const headers = { 'x-ms-version': VERSION, 'content-length': '0' }
  return new Promise((resolve) => {
    // Who answers at this port is the child of this process, whatever its certificate.
    request(target, { method, headers, rejectUnauthorized: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode, body }))
    })
      .on('error', () => resolve({ status: 0, body: '' }))
      .end()
  })
}

const sign = (text) =>
  createHmac('sha256', Buffer.from(KEY, 'base64')).update(text).digest('base64')

const instant = (seconds) =>
  new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

/** A signature for one container: https://learn.microsoft.com/rest/api/storageservices/create-service-sas */
function containerSas(container, sp, seconds) {
  const [st, se] = [instant(-7200), instant(seconds)]
  const resource = `/blob/${ACCOUNT}/${container}`
  const lines = [sp, st, se, resource, '', '', '', VERSION, 'c', '', '', '', '', '', '', '']
  const sig = sign(lines.join('\n'))
  return new URLSearchParams({ sv: VERSION, st, se, sr: 'c', sp, sig }).toString()
}

/** A signature for everything: https://learn.microsoft.com/rest/api/storageservices/create-account-sas */
function accountSas() {
  const [sp, ss, srt, se] = ['rwdlac', 'b', 'sco', instant(3600)]
  const sig = sign([ACCOUNT, sp, ss, srt, '', se, '', '', VERSION, '', ''].join('\n'))
  return new URLSearchParams({ sv: VERSION, ss, srt, sp, se, sig }).toString()
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return port
}
