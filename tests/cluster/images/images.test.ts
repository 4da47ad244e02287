import { join } from 'node:path'
import { root } from '@codelab/image/bundle'
import { programs } from '@codelab/image/programs'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { type Images, openImages } from '../../support/image/images.ts'
import { restClient } from '../../support/rest.ts'
import { until } from '../../support/until.ts'
import { cacheRoot } from '../harness/cache-folder.ts'
import { clusterImages } from '../harness/cluster-images.ts'
import { usesExistingCluster } from '../harness/existing-cluster.ts'
import { versionIn } from './image.ts'
import { upgradeVersion } from './products.ts'

/** Somebody's own cluster runs the images that they loaded into it. */
const whenOurs = usesExistingCluster() ? describe.skip : describe

whenOurs('the images of the processes and of the node', () => {
  let images: Images
  beforeAll(async () => void (images = await openImages()), 1_200_000)
  afterEach(() => images.stopAll())
  afterAll(() => images.close())

  test('demo-model answers in OpenAI’s form', async () => {
    const [port] = await freePorts(1)
    const env = { DEMO_MODEL_HOST: '127.0.0.1', DEMO_MODEL_PORT: String(port) }
    const container = await images.start('demo-model', { env })
    const models = await until(
      () => `the demo model to answer; it said: ${container.said()}`,
      () => restClient(`http://127.0.0.1:${port}`)('GET', '/v1/models').catch(() => undefined),
      30_000,
    )
    expect(models).toMatchObject({ status: 200, body: { data: [{ id: 'codelab-demo' }, {}] } })
    expect(await container.stop()).toBe(0)
  }, 60_000)

  describe('codelab', () => {
    test('is one image under two versions, for nobody in particular, that says what it is', async () => {
      const version = await versionIn(join(root, 'package.json'))
      const { tags, config } = await images.image('codelab')
      expect(tags).toEqual([
        `localhost/codelab:${version}`,
        `localhost/codelab:${upgradeVersion(version)}`,
      ])
      expect(config).toMatchObject({
        User: '10001:10001',
        WorkingDir: '/app',
        Cmd: ['node', '/app/operator.js'],
        Labels: {
          'org.opencontainers.image.version': version,
          'org.opencontainers.image.licenses': 'Apache-2.0',
        },
      })
      expect(config.Entrypoint ?? []).toEqual([])
    })

    test('runs the Node that the repository pins', async () => {
      const container = await images.start('codelab', {
        command: ['node', '--version'],
      })
      expect(await container.whenEnded).toBe(0)
      expect(container.said().trim()).toBe(process.version)
    })

    test('runs it with the allocator that gives memory back', async () => {
      const maps = 'console.log(fs.readFileSync("/proc/self/maps", "utf8"))'
      const container = await images.start('codelab', { command: ['node', '-e', maps] })
      expect(await container.whenEnded).toBe(0)
      expect(container.said()).toMatch(/\/libjemalloc\.so\.2$/m)
    })

    test.each(Object.keys(programs))('runs %s with nothing writable', async (program) => {
      const command = ['node', `/app/${program}.js`]
      const container = await images.start('codelab', { command })
      expect(await container.whenEnded).toBe(78)
      expect(container.said()).toMatch(new RegExp(`^codelab ${program}: `))
    })
  })

  test('pause waits for the end of its pod', async () => {
    const container = await images.start('pause')
    expect(await container.stop()).toBe(0)
    expect(container.said()).toBe('')
  })

  test('coredns is in its image', async () => {
    const container = await images.start('coredns', {
      command: ['/coredns', '-version'],
    })
    expect(await container.whenEnded).toBe(0)
    expect(container.said()).toContain('CoreDNS-1.')
  })

  test('an image that is made is not made again', async () => {
    const said: string[] = []
    expect(await clusterImages((line) => void said.push(line))).toEqual(images.tars)
    expect(said).toEqual([])
    expect(images.tars.every((tar) => tar.startsWith(cacheRoot()))).toBe(true)
  })
})
