import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crdTemplate } from './charts/crd-template.ts'
import { OperatorValues } from './charts/operator-values.ts'
import { rulesTemplate } from './charts/rules-template.ts'
import { schemaText, valuesSchema } from './charts/values-schema.ts'
import { valuesTable, withTable } from './charts/values-table.ts'
import { valuesText } from './charts/values-text.ts'
import { workspaceDefaults, WorkspaceValues } from './charts/workspace-values.ts'
import { crdPath, crdText } from './crd.ts'
import { operatorReadme, readmePath } from './readme.ts'

/** A file that is made of a source: where it is, seen from the root of the repository, and all of its text. */
export type Generated = { readonly path: string; readonly text: string }

const root = join(import.meta.dirname, '../..')

type Chart = { readonly name: string; readonly source: string; readonly defaults: unknown }

/** values.yaml, its schema, and the table in the README, whose other text is kept. */
async function chartFiles(
  { name, source, defaults }: Chart,
  schema: ReturnType<typeof valuesSchema>,
): Promise<Generated[]> {
  const readme = `charts/${name}/README.md`
  const text = await readFile(join(root, readme), 'utf8')
  return [
    { path: `charts/${name}/values.yaml`, text: valuesText(schema, defaults, source) },
    { path: `charts/${name}/values.schema.json`, text: schemaText(schema) },
    { path: readme, text: withTable(text, valuesTable(schema, defaults)) },
  ]
}

const operatorChart: Chart = {
  name: 'codelab-operator',
  source: 'operator/scripts/charts/operator-values.ts',
  defaults: OperatorValues.parse({}),
}
const workspaceChart: Chart = {
  name: 'codelab-workspace',
  source: 'packages/contracts/src/workspace-spec.ts',
  defaults: workspaceDefaults,
}

/** Every generated file of the repository. */
export const generatedFiles = async (): Promise<Generated[]> => [
  { path: crdPath, text: crdText() },
  { path: readmePath, text: await operatorReadme(root) },
  { path: 'charts/codelab-operator/templates/crd.yaml', text: crdTemplate() },
  { path: 'charts/codelab-operator/templates/_rules.tpl', text: rulesTemplate() },
  ...(await chartFiles(operatorChart, valuesSchema(OperatorValues))),
  ...(await chartFiles(workspaceChart, valuesSchema(WorkspaceValues))),
]
