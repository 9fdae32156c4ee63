// A TypeDoc plugin: modules have the names that users import, instead of the paths of their files.

import { readFileSync } from 'node:fs'
import { Converter } from 'typedoc'

/**
 * @param {string} path Such as `hsm/src/testing`, as TypeDoc names the module of an entry point.
 * @returns {string} Such as `pocket-hsm/testing`.
 */
export function nameOfModule(path) {
  const [folder, , ...inner] = path.split('/')
  const manifest = new URL(`../packages/${folder}/package.json`, import.meta.url)
  const { name } = JSON.parse(readFileSync(manifest, 'utf8'))
  return [name, ...inner.filter((part) => part !== 'index')].join('/')
}

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = nameOfModule(module.name)
  })
}
