import { join } from 'node:path'
import { exec } from '../harness/exec.ts'

type Build = {
  readonly context: string
  readonly dockerfile: string
  readonly target: string | undefined
  readonly args: Readonly<Record<string, string>>
  readonly reference: string
}

const withinMs = 900_000

/** Builds images without an engine, in a store of its own below `folder`. */
export function createBuildah(folder: string) {
  const store = [
    ...['--root', join(folder, 'store'), '--runroot', join(folder, 'run')],
    ...['--storage-driver', 'overlay'],
  ]
  const run = (...args: string[]) => exec('buildah', [...store, ...args], { withinMs })
  const namesOf = async (image: string): Promise<string[]> => {
    const lines = await run('images', '--format', '{{.Name}}:{{.Tag}}')
    return lines.split('\n').filter((line) => line.startsWith(`localhost/${image}:`))
  }

  return {
    async build({ context, dockerfile, target, args, reference }: Build): Promise<void> {
      const given = Object.entries(args).flatMap(([name, value]) => [
        '--build-arg',
        `${name}=${value}`,
      ])
      const how = ['--isolation', 'chroot', '--pull-never', '--format', 'docker']
      const stage = target === undefined ? [] : ['--target', target]
      await run('bud', ...how, ...stage, ...given, '-f', dockerfile, '-t', reference, context)
    },
    /** As `docker save` would write it. */
    save: (reference: string, file: string) =>
      run('push', '--quiet', reference, `docker-archive:${file}:${reference}`),
    /** Takes an image out of its archive when the store does not know it (any more). */
    async ensure({ reference, tar }: { reference: string; tar: string }): Promise<void> {
      const [, image = ''] = /\/([^/:]+):/.exec(reference) ?? []
      if ((await namesOf(image)).includes(reference)) return
      const id = await run('pull', '--quiet', `docker-archive:${tar}`)
      await run('tag', id.trim(), reference)
    },
    /** Removes other versions of the image, and what builds left: also those that were ended half way. Only while nothing is built. */
    async forgetOlder(image: string, newest: string): Promise<void> {
      const older = (await namesOf(image)).filter((name) => name !== newest)
      if (older.length > 0) await run('rmi', ...older)
      await run('rm', '--all')
      await run('rmi', '--prune')
    },
  }
}
