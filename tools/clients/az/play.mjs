// Holds: a story is played line by line, as a person would type it: each line's outcome is a case of its own.

import { runProgram } from '../lib/program.mjs'
import { faultOf } from './faults.mjs'
import { wordsOf } from './words.mjs'

/**
 * What one line is expected to do. Either it succeeds and its JSON has at least what `gives` has, or it is refused.
 *
 * @typedef {object} Line
 * @property {string} line As it is typed. `{name}` is a value that an earlier line kept, or the scene's.
 * @property {unknown} [gives] What the printed JSON has: see `faultOf`.
 * @property {Readonly<Record<string, string>>} [keep] Names for values of the JSON, by their path: `key.kid`.
 * @property {RegExp} [refused] What stderr says, where the line is refused; the exit status is then `exit`.
 * @property {number} [exit] 1 unless told: az ends with 3 where `show` finds nothing, 2 where it does not know an option.
 * @property {string} [because] Why a line of the documentation is refused.
 *
 * A check between two lines; it throws where something is wrong.
 * @typedef {object} Check
 * @property {string} check
 * @property {(scene: { folder: string, kept: Record<string, string> }) => void | Promise<void>} run
 *
 * @typedef {object} Story
 * @property {string} title
 * @property {string} [profile] Which service the server behaves like: `managed-hsm` unless told.
 * @property {(port: number) => { hsms: string, vaults: string }} [endings] The cloud's, where not Azure's own.
 * @property {boolean} [identity] Whether the server logs az in too.
 * @property {(folder: string) => Record<string, string>} [before] Makes files; what it gives is kept.
 * @property {(folder: string) => readonly string[]} [serve] More options for `pocket-hsm serve`.
 * @property {'http' | 'https'} [storage] A blob storage beside the server; `{container}`, `{account}` and `{sas}` name it.
 * @property {readonly (Line | Check)[]} lines
 *
 * @typedef {object} Outcome
 * @property {string} title
 * @property {string} [fault] What was expected and what came; absent where all is well.
 */

/**
 * Plays a story to its end, also where a line fails.
 *
 * @param {Story} story
 * @param {{ command: readonly string[], env: Record<string, string>, folder: string,
 *   known: Readonly<Record<string, string>> }} scene `command` starts az, in `folder`; lines may name what is known.
 * @returns {Promise<readonly Outcome[]>}
 */
export async function play(story, { command, env, folder, known }) {
  const kept = { ...known }
  const outcomes = []
  for (const step of story.lines) {
    const title = `${story.title} > ${step.line ?? step.check}`
    const fault =
      step.line === undefined
        ? await faultOfCheck(step, { folder, kept })
        : await faultOfLine(step, { command, env, folder, kept })
    outcomes.push(fault === undefined ? { title } : { title, fault })
  }
  return outcomes
}

async function faultOfCheck({ run }, scene) {
  try {
    await run(scene)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function faultOfLine(step, { command, env, folder, kept }) {
  const words = wordsOf(step.line, kept)
  const [az, ...args] = words
  if (az !== 'az') return `a line begins with az, not with ${az}`
  const ended = await runProgram([...command, ...args], { cwd: folder, env })
  if (step.refused) return faultOfRefusal(step, ended)
  if (ended.status !== 0) return `exit status ${ended.status}\n${ended.stderr}`
  const json = ended.stdout.trim() === '' ? undefined : JSON.parse(ended.stdout)
  for (const [name, path] of Object.entries(step.keep ?? {})) kept[name] = valueAt(json, path)
  return 'gives' in step ? faultOf(json, step.gives, kept) : undefined
}

function faultOfRefusal({ refused, exit = 1 }, { status, stdout, stderr }) {
  if (status === exit && refused.test(stderr)) return undefined
  return `expected exit status ${exit} and ${refused}, got ${status}\n${stderr}${stdout}`
}

function valueAt(json, path) {
  return path.split('.').reduce((value, member) => value?.[member], json)
}
