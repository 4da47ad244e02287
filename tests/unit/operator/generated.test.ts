import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedFiles } from '../../../operator/scripts/generated.ts'

const root = join(import.meta.dirname, '../../..')

test('every generated file is what its source says: `npm run generate` writes them', async () => {
  const files = await generatedFiles()
  expect(files.map(({ path }) => path)).toEqual([
    'crds/codelab.dev_codelabworkspaces.yaml',
    'operator/README.md',
    'charts/codelab-operator/templates/crd.yaml',
    'charts/codelab-operator/templates/_rules.tpl',
    'charts/codelab-operator/values.yaml',
    'charts/codelab-operator/values.schema.json',
    'charts/codelab-operator/README.md',
    'charts/codelab-workspace/values.yaml',
    'charts/codelab-workspace/values.schema.json',
    'charts/codelab-workspace/README.md',
  ])
  for (const { path, text } of files)
    expect([path, readFileSync(join(root, path), 'utf8') === text]).toEqual([path, true])
})
