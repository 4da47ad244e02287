import { join } from 'node:path'
import { bundle, root } from '@codelab/image/bundle'
import { programs } from '@codelab/image/programs'
import { copyInto, type Image, imageOf, versionIn } from './image.ts'

/** A second tag of the same image: the version that tests change to. */
export const upgradeVersion = (version: string): string =>
  version.replace(/\d+$/, (patch) => String(Number(patch) + 1))

const inRoot = (...paths: string[]) => paths.map((path) => join(root, path))

const demoModel = { 'demo-model': 'packages/demo-model/src/main.ts' }

/** Sources, and what decides which packages are installed. */
const inputsOf = (...workspaces: string[]) =>
  inRoot(
    'package-lock.json',
    'packages/image/src',
    'packages/contracts/src',
    'packages/runtime/src',
    ...workspaces.map((workspace) => `${workspace}/src`),
  )

/** The image of the product, made as its users make it, with two tags. */
export async function productImage(base: Image): Promise<Image> {
  const version = await versionIn(join(root, 'package.json'))
  const texts = ['LICENSE', 'NOTICE']
  return imageOf({
    name: 'codelab',
    tags: [version, upgradeVersion(version)],
    dockerfile: join(root, 'Dockerfile'),
    from: { BASE: base },
    args: { BUNDLES: 'ready', VERSION: version },
    inputs: [
      ...inRoot(...texts),
      ...inputsOf(
        'services/gateway',
        'services/agent',
        'services/llm-proxy',
        'services/auth',
        'operator',
      ),
    ],
    async prepare(context) {
      await bundle(programs, join(context, 'dist'))
      for (const text of texts) await copyInto(context, join(root, text), text)
    },
  })
}

export const demoModelImage = (base: Image): Image =>
  imageOf({
    name: 'demo-model',
    from: { BASE: base },
    inputs: inputsOf('packages/demo-model'),
    prepare: (context) => bundle(demoModel, join(context, 'dist')),
  })
