import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** What each of the scripts gives: its last expression. */
type Results = {
  'clipped-controls': string[]
  'sideways-scroll': string[]
  'focusable-controls': string[]
  'focused-control': { readonly id: string; readonly complaints: readonly string[] } | null
  'listen-to-live-regions': undefined
}

const scripts = new Map<string, Promise<string>>()

const read = async (name: string) =>
  stripTypeScriptTypes(await readFile(join(import.meta.dirname, 'scripts', `${name}.ts`), 'utf8'))

/** Runs one of the scripts in the page; they are checked with a browser's types, the tests with those of Node. */
export async function runInPage<Name extends keyof Results>(
  page: Page,
  name: Name,
): Promise<Results[Name]> {
  const script = scripts.get(name) ?? read(name)
  scripts.set(name, script)
  return page.evaluate<Results[Name]>(await script)
}
