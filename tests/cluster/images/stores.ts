import { cp } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { postgresPrograms } from '@codelab/standalone/stores/postgres-programs'
import { debian } from './base.ts'
import { copyInto, type Image, imageOf, inFolder, versionIn } from './image.ts'

const entryPoint = 'docker-entrypoint.sh'

/** The folder with the programs and libraries of the embedded PostgreSQL. */
async function nativePostgres(): Promise<string> {
  const { postgres } = await postgresPrograms({
    wrap: (command, args) => ({ command, args: [...args] }),
  })
  return dirname(dirname(postgres))
}

/** The server finds its parts beside itself, so the folder is copied as it is, but for what only compilers read. */
const copyServer = (native: string, context: string) =>
  cp(native, join(context, 'postgresql'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a') && !path.endsWith('/pkgconfig'),
  })

export async function postgresImage(): Promise<Image> {
  const native = await nativePostgres()
  return imageOf({
    name: 'postgres',
    from: { DEBIAN: debian },
    inputs: [inFolder('postgres', entryPoint)],
    facts: [await versionIn(join(native, '..', 'package.json'))],
    async prepare(context) {
      await copyServer(native, context)
      await copyInto(context, inFolder('postgres', entryPoint), entryPoint)
    },
  })
}

export const redisImage: Image = imageOf({
  name: 'redis',
  from: { DEBIAN: debian },
  inputs: [inFolder('redis', entryPoint)],
  prepare: (context) => copyInto(context, inFolder('redis', entryPoint), entryPoint),
})
