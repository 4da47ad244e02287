import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NarrowingRule, Settings } from '@codelab/contracts/engine-ui/settings'
import { withLock } from '../account/lock-file.ts'
import type { SandboxSettings } from '../workspace/program/sandbox/sandbox.ts'
import { readOptional, writePrivateFile } from '../account/private-file.ts'

export type ReadSettings = {
  readonly settings: Settings
  /** Fields that could not be read; empty when all is well. */
  readonly damaged: readonly string[]
}

const pathIn = (home: string) => join(home, 'settings.json')

/** What cannot be read may have been a rule that asks or denies: until it is put right, everything asks. */
const askAboutAll: NarrowingRule = {
  tool: '*',
  action: 'ask',
  reason: 'The approval rules of this machine cannot be read, so everything asks.',
}

function readRules(given: unknown): { rules: NarrowingRule[]; damaged: boolean } {
  const list = Array.isArray(given) ? given : []
  const rules = list.flatMap((one) => NarrowingRule.safeParse(one).data ?? [])
  const damaged = !Array.isArray(given) || rules.length < list.length
  return { rules: damaged ? [...rules, askAboutAll] : rules, damaged }
}

/** Reads field by field: one that is damaged costs itself alone, and a rule that is damaged costs the person questions, never safety. */
export function settingsIn(text: string | undefined): ReadSettings {
  if (text === undefined) return { settings: Settings.parse({}), damaged: [] }
  const given = objectIn(text)
  if (!given) {
    const settings = { ...Settings.parse({}), approval_rules: [askAboutAll] }
    return { settings, damaged: ['settings.json'] }
  }
  const damaged: string[] = []
  const read: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(Settings.shape)) {
    if (given[name] === undefined) continue
    if (name === 'approval_rules') {
      const { rules, damaged: bad } = readRules(given[name])
      read[name] = rules
      if (bad) damaged.push(name)
      continue
    }
    const parsed = field.safeParse(given[name])
    if (parsed.success) read[name] = parsed.data
    else damaged.push(name)
  }
  return { settings: Settings.parse(read), damaged }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** This machine's settings; without a file, the defaults. */
export const readSettings = async (home: string): Promise<ReadSettings> =>
  settingsIn(await readOptional(pathIn(home)))

/** How commands run on this machine. */
export const sandboxOf = ({ sandbox, sandbox_network }: Settings): SandboxSettings => ({
  mode: sandbox,
  network: sandbox_network,
})

/** Changes some settings and keeps the others, also those that a newer version wrote. A damaged file is kept beside as `settings.json.damaged`. */
export async function writeSettings(home: string, change: Partial<Settings>): Promise<Settings> {
  const path = pathIn(home)
  return await withLock(`${path}.lock`, async () => {
    const text = await readOptional(path)
    const { settings, damaged } = settingsIn(text)
    if (damaged.length > 0) await copyFile(path, `${path}.damaged`)
    const next = { ...settings, ...change }
    const kept = objectIn(text ?? '{}') ?? {}
    await writePrivateFile(path, `${JSON.stringify({ ...kept, ...next }, undefined, 2)}\n`)
    return next
  })
}
