import { appendFile, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startContainer } from '../../support/image/container.ts'
import { unpackImage } from '../../support/image/unpack.ts'
import { until } from '../../support/until.ts'
import { cacheRoot } from '../harness/cache-folder.ts'
import { usesExistingCluster } from '../harness/existing-cluster.ts'
import { baseImage } from './base.ts'
import { makeTar } from './make-tar.ts'
import { developImage } from './products.ts'

/** Somebody's own cluster runs the images that they loaded into it. */
const whenOurs = usesExistingCluster() ? describe.skip : describe

whenOurs('the image that the Tiltfile builds', () => {
  let folder: string
  let image: Awaited<ReturnType<typeof unpackImage>>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codelab-develop-'))
    const say = (line: string) => void process.stderr.write(`${line}\n`)
    const tar = await makeTar(developImage(await baseImage()), join(cacheRoot(), 'images'), say)
    image = await unpackImage(tar, folder)
  }, 1_200_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** A folder that only the container's user may write to. */
  async function scratch(): Promise<string> {
    const made = join(folder, 'tmp')
    await rm(made, { recursive: true, force: true })
    await mkdir(made)
    await chown(made, 10_001, 10_001)
    return made
  }

  const gateway = ['node', '/app/gateway.js']

  test('a program ends as its bundle does', async () => {
    const mounts = { '/tmp': await scratch() }
    const container = await startContainer(image, folder, { command: gateway, mounts })
    expect(await container.whenEnded).toBe(78)
    expect(container.said()).toContain('codelab gateway: ')
  })

  test('newer bundles are run after a touch of `restart`, and the end is passed on', async () => {
    const tmp = await scratch()
    const settings = { env: { PORT_OF_NOTHING: '0' }, mounts: { '/tmp': tmp } }
    const first = await startContainer(image, folder, { ...settings, command: gateway })
    await first.whenEnded
    // As a sync does it: files are put over those that the program was started from.
    const bundle = join(tmp, 'codelab', 'gateway.js')
    const stays = (name: string) =>
      `console.log('${name} runs'); process.on('SIGTERM', () => { console.log('${name} ends'); process.exit(0) }); setInterval(() => {}, 1000)\n`
    await writeFile(bundle, stays('first'))
    const container = await startContainer(image, folder, { ...settings, command: gateway })
    const says = (text: string) =>
      until(
        () => `${text}; it said: ${container.said()}`,
        () => container.said().includes(text),
      )
    await says('first runs')
    await writeFile(bundle, stays('second'))
    await appendFile(join(tmp, 'codelab', 'restart'), '')
    await says('second runs')
    expect(container.said()).toContain('first ends')
    expect(await container.stop('SIGTERM')).toBe(0)
    expect(container.said()).toContain('second ends')
  })
})
