// The look of the site: its menus are made of the pages themselves.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitepress'
import { pagesOf } from '../pages.mjs'

const root = join(import.meta.dirname, '../..')
const source = join(import.meta.dirname, '../.pages')
const pages = [...pagesOf(root).values()]

const titleOf = (page) => /^# (.+)$/m.exec(readFileSync(join(source, page), 'utf8'))?.[1] ?? page
const linkTo = (page) => `/${page.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}`
const itemsOf = (pattern) =>
  pages
    .filter((page) => pattern.test(page))
    .map((page) => ({ text: titleOf(page), link: linkTo(page) }))

/** The entry points alone: each one's page lists what it exports, and a menu of all would be in every page. */
const api = [
  ...readFileSync(join(source, 'api/index.md'), 'utf8').matchAll(/\[(.+)\]\((.+)index\.md\)/g),
].map(([, text, path]) => ({ text, link: `/api/${path}` }))

export default defineConfig({
  title: 'pocket-hsm',
  description: 'Azure Key Vault and Managed HSM keys in your process, for tests.',
  srcDir: '.pages',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/favicon.svg' }]],
  cleanUrls: true,
  lastUpdated: false,
  metaChunk: true,
  markdown: { theme: { light: 'github-light', dark: 'github-dark' } },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/keys-in-a-unit-test' },
      { text: 'Clients', link: '/clients/' },
      { text: 'Server', link: '/server' },
      // No page of VitePress: the browser has to load it.
      { text: 'Console', link: '/console/index.html', target: '_self' },
      { text: 'API', link: '/api/' },
      { text: 'Parity', link: '/parity' },
    ],
    sidebar: {
      '/api/': [{ text: 'API', items: api }],
      '/': [
        { text: 'Start', items: [{ text: 'What it is', link: '/' }] },
        { text: 'Guide', items: itemsOf(/^guide\//) },
        { text: 'Server and clients', items: itemsOf(/^(server|clients\/.+)\.md$/) },
        { text: 'Packages', items: itemsOf(/^packages\//) },
        {
          text: 'Reference',
          items: itemsOf(/^(surface|parity|stability|benchmarks|SECURITY)\.md$/),
        },
        {
          text: 'How it is made',
          collapsed: true,
          items: itemsOf(/^(architecture|CONTRIBUTING|decisions\/.+)\.md$/),
        },
      ],
    },
    outline: { level: [2, 3] },
    socialLinks: [{ icon: 'github', link: 'https://github.com/pocket-hsm/pocket-hsm' }],
  },
})
