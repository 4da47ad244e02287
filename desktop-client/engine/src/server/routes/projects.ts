import {
  closeProject,
  forgetProject,
  listFolders,
  listProjects,
  openProject,
} from '@codelab/contracts/engine-ui/projects'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { foldersIn } from '../projects/project-folder.ts'
import type { Projects } from '../projects/projects.ts'

export const projectRoutes = (projects: Projects): RouteHandler[] => [
  handle(listProjects, async () => ({ items: await projects.list() })),
  handle(openProject, async ({ body }) => projects.shown(await projects.open(body.path))),
  handle(closeProject, ({ params }) => projects.close(params.project)),
  handle(forgetProject, ({ params }) => projects.forget(params.project)),
  handle(listFolders, ({ query }) => foldersIn(query.path)),
]
