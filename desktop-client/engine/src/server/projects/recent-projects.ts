import { join } from 'node:path'
import { z } from 'zod'
import { readOptional, writePrivateFile } from '../../account/private-file.ts'

const mostRecent = 30
const File = z.object({ items: z.array(z.object({ path: z.string(), opened_at: z.string() })) })
export type RecentProject = z.infer<typeof File>['items'][number]

/** The folders that were opened as projects, the latest first. */
export type RecentProjects = {
  list(): Promise<RecentProject[]>
  add(path: string, openedAt: string): Promise<void>
  remove(path: string): Promise<void>
}

export function createRecentProjects(home: string): RecentProjects {
  const file = join(home, 'projects.json')
  const list = async (): Promise<RecentProject[]> => {
    try {
      return File.parse(JSON.parse((await readOptional(file)) ?? '{"items":[]}')).items
    } catch {
      return []
    }
  }
  const write = (items: RecentProject[]) => writePrivateFile(file, JSON.stringify({ items }))
  const without = async (path: string) => (await list()).filter((one) => one.path !== path)
  return {
    list,
    add: async (path, opened_at) =>
      write([{ path, opened_at }, ...(await without(path))].slice(0, mostRecent)),
    remove: async (path) => write(await without(path)),
  }
}
