#!/usr/bin/env node
// Plain JavaScript for any Node from 14 on: the sources need a newer one, which comes with this package.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const neededMajor = 24
const here = dirname(fileURLToPath(import.meta.url))

function pinnedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json')
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch {
    return undefined
  }
}

function runWith(program) {
  const child = spawn(program, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), {
    stdio: 'inherit',
  })
  // A terminal's Ctrl-C reaches the child by itself; anybody else's signal has to be passed on.
  process.on('SIGINT', function () {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
  for (const signal of ['SIGTERM', 'SIGHUP']) {
    process.on(signal, function () {
      child.kill(signal)
    })
  }
  child.on('error', function (error) {
    console.error('codelab: ' + program + ' cannot be started (' + error.message + '). Run: npm ci')
    process.exitCode = 1
  })
  child.on('exit', function (code, signal) {
    process.exitCode = signal ? 1 : code
  })
}

if (Number(process.versions.node.split('.')[0]) >= neededMajor) {
  await import(join(here, '..', 'src', 'main.ts'))
} else {
  const node = pinnedNode()
  if (node) runWith(node)
  else {
    console.error('codelab needs Node ' + neededMajor + ' or newer. Install it, or run: npm ci')
    process.exitCode = 1
  }
}
