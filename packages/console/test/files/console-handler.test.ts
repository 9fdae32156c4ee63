/** The files of the page: what is served, how, and how much it is. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { CONSOLE_POLICY, createConsoleHandler } from '../../src/index.ts'

const served = join(import.meta.dirname, '../../dist/served')

const handler = createConsoleHandler({
  read: (file) => readFile(join(served, file)).catch(() => undefined),
})

const get = (path: string, init?: RequestInit) =>
  handler(new Request(`https://localhost:8443${path}`, init))

describe('the page', () => {
  it('has the policy that allows nothing inline, and nothing from elsewhere', async () => {
    const response = await get('/console/')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toBe(CONSOLE_POLICY)
    expect(CONSOLE_POLICY).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
    expect(CONSOLE_POLICY).not.toMatch(/unsafe|data:|https?:|\*/)
    const html = await response.text()
    expect(html).not.toMatch(/https?:\/\//)
    expect(html.match(/<script[^>]*>/g)).toEqual([expect.stringContaining('src="./assets/')])
    expect(html).not.toMatch(/<style|style=|\son\w+=/)
  })

  it('is under 300 kB as it is sent, all files together', () => {
    const sizes = readdirSync(served, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.gz'))
      .map((file) => statSync(join(served, file)).size)
    expect(sizes.length).toBeGreaterThanOrEqual(4)
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(300_000)
  })

  it('names no address in its scripts but namespaces, audiences of tokens and who attests targets', () => {
    const assets = readdirSync(join(served, 'assets')).filter((file) => file.endsWith('.js'))
    const text = assets.map((file) => readFileSync(join(served, 'assets', file), 'utf8')).join()
    const hosts = [...text.matchAll(/https?:\/\/([\w-]+(\.[\w-]+)+)/g)].map(([, host]) => host)
    expect([...new Set(hosts)].sort()).toEqual([
      'managedhsm.azure.net',
      'sharedweu.weu.attest.azure.net',
      'vault.azure.net',
      'www.w3.org',
    ])
  })
})

describe('a file', () => {
  it.each([
    ['br, gzip', 'br'],
    ['gzip, deflate', 'gzip'],
    ['GZIP;q=0.5', 'gzip'],
    ['br;q=0', null],
    ['', null],
  ])('is encoded for a client that accepts %j as %s', async (accepted, encoding) => {
    const response = await get('/console/index.html', { headers: { 'accept-encoding': accepted } })
    expect(response.headers.get('content-encoding')).toBe(encoding)
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (encoding === 'br') {
      expect(brotliDecompressSync(bytes)).toEqual(readFileSync(join(served, 'index.html')))
    }
  })

  it('of assets may be kept for ever, and the page may not', async () => {
    const [script] = readdirSync(join(served, 'assets')).filter((file) => file.endsWith('.js'))
    const kept = (await get(`/console/assets/${script}`)).headers.get('cache-control')
    expect(kept).toMatch(/immutable/)
    expect((await get('/console/')).headers.get('cache-control')).toBe('no-cache')
  })

  it.each([
    '/console/nothing.html',
    '/console/../package.json',
    '/console/%2e%2e/%2e%2e/package.json',
    '/console/assets/..%2findex.html',
    '/console/assets//index.html',
    '/console/.pages',
    '/console/index.html.br',
    '/console/package.json',
    '/elsewhere/',
  ])('is 404 at %s', async (path) => {
    expect((await get(path)).status).toBe(404)
  })

  it('has no body for HEAD, and is 405 for what changes something', async () => {
    const head = await get('/console/', { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect((await get('/console/', { method: 'POST' })).status).toBe(405)
  })
})

describe('the package', () => {
  it('has both pages, and the licences of what is in them', () => {
    const notices = readFileSync(join(served, '../THIRD-PARTY-NOTICES'), 'utf8')
    for (const name of ['preact', '@preact/signals', '@tanstack/virtual-core', '@noble/curves']) {
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'))
    }
    expect(existsSync(join(served, '../in-page/index.html'))).toBe(true)
  })

  it('sends nothing from the page with the engine: its own policy forbids every connection', () => {
    const html = readFileSync(join(served, '../in-page/index.html'), 'utf8')
    expect(html).toContain("default-src 'none'")
    expect(html).toContain("connect-src 'none'")
    expect(html).not.toMatch(/'unsafe-(inline|eval)'/)
  })
})
