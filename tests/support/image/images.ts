import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { clusterImages } from '../../cluster/harness/cluster-images.ts'
import { type Container, startContainer } from './container.ts'
import { type Unpacked, unpackImage } from './unpack.ts'

/** The images of the cluster, to be run one by one without it. */
export async function openImages() {
  const folder = await mkdtemp(join(tmpdir(), 'codelab-images-'))
  const tars = await clusterImages()
  const unpacked = new Map<string, Promise<Unpacked>>()
  const running: Container[] = []

  const image = (name: string): Promise<Unpacked> => {
    const tar = tars.find((path) => basename(path).startsWith(`${name}-`))
    if (!tar) throw new Error(`there is no image ${name} among ${tars.join(', ')}`)
    const found = unpacked.get(name) ?? unpackImage(tar, join(folder, name))
    unpacked.set(name, found)
    return found
  }
  return {
    folder,
    tars,
    image,
    async start(name: string, wanted?: Parameters<typeof startContainer>[2]): Promise<Container> {
      const container = await startContainer(await image(name), folder, wanted)
      running.push(container)
      return container
    },
    async stopAll() {
      for (const container of running.splice(0)) await container.stop('SIGKILL')
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
export type Images = Awaited<ReturnType<typeof openImages>>
