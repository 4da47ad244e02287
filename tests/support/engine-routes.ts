import * as account from '@codelab/contracts/engine-ui/account'
import * as application from '@codelab/contracts/engine-ui/application'
import * as approvals from '@codelab/contracts/engine-ui/approvals'
import * as changes from '@codelab/contracts/engine-ui/changes'
import * as conversations from '@codelab/contracts/engine-ui/conversations'
import * as entries from '@codelab/contracts/engine-ui/entries'
import * as files from '@codelab/contracts/engine-ui/files'
import * as jobs from '@codelab/contracts/engine-ui/jobs'
import * as projects from '@codelab/contracts/engine-ui/projects'
import * as settings from '@codelab/contracts/engine-ui/settings'
import type { Route } from '@codelab/contracts/route'

const modules = [
  account,
  application,
  approvals,
  changes,
  conversations,
  entries,
  files,
  jobs,
  projects,
  settings,
]
const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' && value !== null && 'path' in value && 'fails' in value

/** Every route of the engine's local server, with its name. */
export const engineRoutes = modules.flatMap((module) =>
  Object.entries(module).filter((entry): entry is [string, Route] => isRoute(entry[1])),
)
