import type { Workspace } from '@codelab/contracts/workspace'
import { childName } from '../names.ts'
import { processes, type ProcessName } from '../processes.ts'

/** Where a process of the workspace is called by another: its Service's short name, which the cluster's resolver finds at the first try. */
export const addressOf = (workspace: Workspace, process: ProcessName): string =>
  `http://${childName(workspace, process)}:${processes[process].port}`
