import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyOf } from '../../../cluster/harness/build-program.ts'
import { programPath } from '../../../cluster/harness/programs.ts'
import { recipes } from '../../../cluster/harness/recipes.ts'

const recipe = recipes.find(({ name }) => name === 'helm')!

test('the key of a program changes with whatever the program would change with', async () => {
  const key = await keyOf(recipe)
  expect(key).toMatch(/^[0-9a-f]{12}$/)
  expect(await keyOf({ ...recipe, patience: 'longer' })).toBe(key)
  expect(await keyOf({ ...recipe, version: '4.3.0' })).not.toBe(key)
  expect(await keyOf({ ...recipe, ldflags: '-X main.a=b' })).not.toBe(key)
})

test('the key of our own program changes with its sources', async () => {
  const own = recipes.find(({ name }) => name === 'kubernetes')!
  const source = await mkdtemp(join(tmpdir(), 'codelab-source-'))
  try {
    await cp(own.source!, source, { recursive: true })
    const key = await keyOf({ ...own, source })
    expect(await keyOf(own)).toBe(key)
    await writeFile(join(source, 'main.go'), 'package main')
    expect(await keyOf({ ...own, source })).not.toBe(key)
  } finally {
    await rm(source, { recursive: true, force: true })
  }
})

test('no two recipes make a program of one name', () => {
  const names = recipes.flatMap(({ binaries, links = [] }) => [...binaries, ...links])
  expect(new Set(names).size).toBe(names.length)
})

test('a program that nobody makes is named, with those that there are', async () => {
  await expect(programPath('kubectx')).rejects.toThrow(/has no kubectx; it has .*kubectl.*helm/)
})
