import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundle, root } from '@codelab/image/bundle'
import { demoModel, programs } from '@codelab/image/programs'
import { copyInto, type Image, imageOf, versionIn } from './image.ts'

/** A second tag of the same image: the version that tests change to. */
export const upgradeVersion = (version: string): string =>
  version.replace(/\d+$/, (patch) => String(Number(patch) + 1))

const inRoot = (...paths: string[]) => paths.map((path) => join(root, path))

/** Sources, and what decides which packages are installed. */
const inputsOf = (...workspaces: string[]) =>
  inRoot(
    'package-lock.json',
    'packages/image/src',
    'packages/contracts/src',
    'packages/runtime/src',
    ...workspaces.map((workspace) => `${workspace}/src`),
  )

const texts = ['LICENSE', 'NOTICE']

const product: Omit<Image, 'name' | 'tags' | 'from' | 'facts'> = {
  dockerfile: join(root, 'Dockerfile'),
  args: { BUNDLES: 'ready' },
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
}

/** The image of the product, made as its users make it, with two tags. */
export async function productImage(base: Image): Promise<Image> {
  const version = await versionIn(join(root, 'package.json'))
  return imageOf({
    ...product,
    name: 'codelab',
    tags: [version, upgradeVersion(version)],
    from: { BASE: base },
    args: { ...product.args, VERSION: version },
  })
}

const launcher = 'packages/image/src/develop.ts'

/** The image that the Tiltfile builds. */
export const developImage = (base: Image): Image =>
  imageOf({
    ...product,
    name: 'codelab-develop',
    target: 'develop',
    from: { BASE: base },
    async prepare(context) {
      await product.prepare(context)
      await mkdir(join(context, dirname(launcher)), { recursive: true })
      await copyInto(context, join(root, launcher), launcher)
    },
  })

export const demoModelImage = (base: Image): Image =>
  imageOf({
    name: 'demo-model',
    from: { BASE: base },
    inputs: inputsOf('packages/demo-model'),
    prepare: (context) => bundle(demoModel, join(context, 'dist')),
  })
