import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { holds, type Figure, type Surroundings } from './bench.ts'
import { describeMachine } from './machine.ts'
import { keep, table, type Result } from './report.ts'

type Named = {
  readonly name: string
  readonly about: string
  readonly onlyWhenNamed?: boolean
}

type Wanted<Each> = {
  /** What one of them is called: `bench`, `fault`. */
  readonly kind: string
  /** Of those to be run; none: all but those that want to be named. */
  readonly names: readonly string[]
  /** Where the working folder of each is made. */
  readonly folder: string
  /** Where the figures are kept. */
  readonly home: string
  /** What they depend on, besides the machine. */
  readonly facts: Record<string, string>
  readonly run: (each: Each, surroundings: Surroundings) => Promise<Figure[]>
}

/** Runs those that are wanted one after the other, prints their figures and keeps them. The exit code: 1 when a bound is missed, 64 for an unknown name. */
export async function measure<Each extends Named>(
  all: readonly Each[],
  { kind, names, folder: parent, home, facts, run }: Wanted<Each>,
): Promise<number> {
  const unknown = names.filter((name) => !all.some((each) => each.name === name))
  if (unknown.length > 0) {
    const known = all.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`)
    console.error(`there is no ${kind} ${unknown.join(', ')}; there are:\n${known.join('\n')}`)
    return 64
  }
  const chosen = all.filter(({ name, onlyWhenNamed = false }) =>
    names.length === 0 ? !onlyWhenNamed : names.includes(name),
  )
  const described = await describeMachine()
  const results: Result[] = []
  for (const each of chosen) {
    const folder = join(parent, `work-${process.pid}`)
    await mkdir(folder, { recursive: true })
    const say = (line: string) => console.error(`${each.name}: ${line}`)
    say(each.about)
    try {
      const machine = results.length === 0 ? described : await describeMachine()
      results.push({ bench: each.name, figures: await run(each, { folder, say, machine }) })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  const machine = { ...described, ...facts }
  console.log(`\n${table(machine, results)}`)
  const file = join(home, `${machine.date.replaceAll(':', '-')}.json`)
  await keep(file, machine, results)
  console.log(`kept in ${file}`)
  return results.some(({ figures }) => figures.some((figure) => holds(figure) === false)) ? 1 : 0
}
