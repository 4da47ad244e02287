import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, watch } from 'node:fs'
import { basename, join } from 'node:path'

/*
 * Runs a program of the image under a developer's eyes. The image's own files cannot be written to, so the bundles are copied where
 * they can be, newer ones are put over them there, and a touch of the file `restart` starts the program again on what has come.
 */
const folder = '/tmp/codelab'
const signal = 'restart'
const program = basename(process.argv[1]!)

if (!existsSync(join(folder, program))) {
  mkdirSync(folder, { recursive: true })
  cpSync(join(import.meta.dirname, 'bundles'), folder, { recursive: true })
}

let restarting = false
const start = (): ChildProcess => {
  const child = spawn(process.execPath, [...process.execArgv, join(folder, program)], {
    stdio: 'inherit',
  })
  child.on('exit', (code, name) => {
    if (!restarting) process.exit(code ?? (name === 'SIGTERM' ? 0 : 1))
    restarting = false
    current = start()
  })
  return child
}
let current = start()

watch(folder, (_event, name) => {
  if (name !== signal || restarting) return
  restarting = true
  console.error(`${program}: newer bundles have come, starting again`)
  current.kill('SIGTERM')
})
for (const name of ['SIGTERM', 'SIGINT'] as const)
  process.on(name, () => {
    restarting = false
    current.kill(name)
  })
