import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { faults } from './faults.ts'

const program = resolve(import.meta.dirname, 'main.ts')
const withinMs = 280_000

/** Each fault with small numbers, as `npm run fault -- NAME --small` plays it: a process of its own, which says what was broken. */
test.each(faults.map(({ name }) => [name]))(
  '%s',
  async (name) => {
    const child = spawn(process.execPath, ['--no-warnings', program, name, '--small'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: withinMs,
      killSignal: 'SIGKILL',
    })
    const said: string[] = []
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => said.push(text))
    const [code] = (await once(child, 'close')) as [number | null]
    expect({ code, said: code === 0 ? '' : said.join('').slice(-6_000) }).toEqual({
      code: 0,
      said: '',
    })
  },
  withinMs + 20_000,
)
