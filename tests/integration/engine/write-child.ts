import { openWorkspace } from '@codelab/engine/workspace/open-workspace'
import { noSandbox, silent } from './project.ts'

/** Runs tool calls in a process of its own: as another user, or on a file system of its own. argv: project, undo folder, home, calls as JSON. */
const [root = '', undo = '', home = '', calls = '[]'] = process.argv.slice(2)
const workspace = await openWorkspace(root, {
  log: silent,
  sandbox: noSandbox,
  env: { PATH: process.env['PATH'], HOME: home },
  undo: { folder: undo, sessionId: 'session' },
})
for (const [tool, args] of JSON.parse(calls) as [string, object][]) {
  const outcome = await workspace.execute(tool, args, { signal: new AbortController().signal })
  console.log(JSON.stringify(outcome))
}
await workspace.close()
