import { jest } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exec, type ExecFailure } from '../cluster/harness/exec.ts'
import { programPath } from '../cluster/harness/programs.ts'
import { type Api, connectApi } from './support/api.ts'
import { defineResources } from './support/definitions.ts'
import type { Rendered } from './support/helm.ts'
import {
  asText,
  childrenOfWorkspaces,
  type Judged,
  operatorCharts,
  workspaceCharts,
} from './support/judged.ts'
import { exportSchemas, schemaLocation } from './support/schemas.ts'

jest.setTimeout(120_000)

let api: Api
let folder: string
let schemas: number

beforeAll(async () => {
  // The programs are built at their first use.
  for (const name of ['helm', 'kubeconform']) await programPath(name)
  api = connectApi()
  folder = await mkdtemp(join(tmpdir(), 'codelab-schemas-'))
  await defineResources(api)
  schemas = await exportSchemas(api, folder)
}, 900_000)

afterAll(async () => {
  await api.close()
  await rm(folder, { recursive: true, force: true })
})

type Verdict = {
  readonly resources: readonly { kind: string; name: string; status: string; msg: string }[] | null
  readonly summary: { valid: number; invalid: number; errors: number; skipped: number }
}

const judge = async (objects: readonly Rendered[]): Promise<Verdict> => {
  const args = [
    '-strict',
    '-summary',
    '-output',
    'json',
    '-schema-location',
    schemaLocation(folder),
  ]
  const said = await exec(await programPath('kubeconform'), args, {
    input: asText(objects),
  }).catch((error: ExecFailure) => error.stdout)
  return JSON.parse(said) as Verdict
}

const expectValid = async (sets: readonly Judged[]): Promise<void> => {
  let count = 0
  for (const { name, objects } of sets) {
    expect([name, objects.length]).not.toEqual([name, 0])
    expect([name, await judge(objects)]).toMatchObject([
      name,
      { summary: { valid: objects.length, invalid: 0, errors: 0, skipped: 0 } },
    ])
    count += objects.length
  }
  console.log(`kubeconform: ${count} objects valid against ${schemas} schemas of the API server`)
}

test('what the operator’s chart renders is valid by the schemas of the API server', async () => {
  await expectValid(await operatorCharts())
})

test('so is every workspace of the other chart, by the schema of its own definition', async () => {
  await expectValid(await workspaceCharts())
})

test('so is every child that the operator makes of a workspace', async () => {
  await expectValid(childrenOfWorkspaces())
})

test.each([
  ['a field that is not known', { spec: { replica: 1 } }, 'replica'],
  ['a number as text', { spec: { replicas: 'one' } }, 'replicas'],
])('the judge finds %s', async (_what, { spec }, said) => {
  const broken = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec }
  const { summary, resources } = await judge([broken])
  expect(summary).toMatchObject({ valid: 0, invalid: 1 })
  expect(resources![0]!.msg).toContain(said)
})
