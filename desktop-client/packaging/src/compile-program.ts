import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { Script } from 'node:vm'

/**
 * `compile-program.ts ENGINE INTO`: starts the engine in here, opens its page once and writes what V8 has compiled by then. V8 compiles
 * what is called only, so a script that was never run has nothing to keep but its outermost lines.
 */
const [engine = '', into = ''] = process.argv.splice(2)
const script = new Script(await readFile(engine, 'utf8'), { filename: engine })

const { promise: address, resolve } = Promise.withResolvers<string>()
process.stdout.write = (chunk: string | Uint8Array): boolean => {
  const found = /^ENGINE_URL (\S+)/m.exec(String(chunk))?.[1]
  if (found) resolve(found)
  return true
}
script.runInThisContext()(createRequire(engine), engine, dirname(engine))

const entered = await fetch(await address, { redirect: 'manual' })
const headers = { cookie: entered.headers.get('set-cookie')?.split(';', 1)[0] ?? '' }
for (const path of ['/', '/api/v1/state', '/api/v1/views/front', '/api/v1/notifications']) {
  const answer = await fetch(new URL(path, await address), { headers })
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}`)
  await answer.arrayBuffer()
}
await writeFile(into, script.createCachedData())
process.exit()
