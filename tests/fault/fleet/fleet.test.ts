import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DemoModel, startDemoModel } from '@codelab/demo-model/server'
import { openSocket } from '../../support/socket.ts'
import { until } from '../../support/until.ts'
import { startFleet, type Fleet } from './fleet.ts'
import { ways } from './joined.ts'
import { seededRandom } from '../../support/seeded-random.ts'

let folder: string
let model: DemoModel
let fleet: Fleet
let token: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codelab-fleet-'))
  model = await startDemoModel({ host: '127.0.0.1', port: 0 })
  fleet = await startFleet({ folder, modelUrl: model.url, counts: { gateway: 1 } })
  token = (await fleet.addPerson('ann')).token
}, 90_000)
afterAll(async () => {
  await fleet.stop()
  await model.close()
  await rm(folder, { recursive: true, force: true })
}, 60_000)

async function talk(words: number) {
  const socket = await openSocket({ gateway: fleet.gateway, token, session: randomUUID() })
  await socket.waitFor('session')
  socket.send({ type: 'user_message', content: `count to ${words}`, id: randomUUID() })
  return socket
}
const ended = async (words: number) => {
  const socket = await talk(words)
  await socket.waitFor('turn', ({ state }) => state !== 'started')
  socket.close()
  return socket.answers()
}

test('a conversation goes through separate processes', async () => {
  expect(await ended(5)).toEqual(['1 2 3 4 5'])
})

test.each(ways)('a connection that is cut by %s carries nothing further', async (way) => {
  const random = seededRandom(1)
  const socket = await talk(1_000)
  await socket.waitFor('assistant_message')
  expect(fleet.links['client-gateway'].cut(way, random)).toBe(true)
  if (way !== 'black-hole') return void (await socket.closed())
  const { length } = socket.frames
  await ended(50)
  expect(socket.frames).toHaveLength(length)
  expect(socket.socket.readyState).toBe(socket.socket.OPEN)
  socket.socket.terminate()
})

test('a member that is killed comes back, one that is replaced ends with 0', async () => {
  const [gateway] = fleet.members('gateway')
  const before = gateway!.pid()
  await gateway!.kill()
  await gateway!.ready()
  expect(gateway!.pid()).not.toBe(before)
  const [worker] = fleet.members('agent-worker')
  expect(await fleet.replace(worker!)).toBe(0)
  expect(fleet.members('agent-worker')).not.toContain(worker)
  expect(await ended(3)).toEqual(['1 2 3'])
})

test('stores that are killed come back at the same address', async () => {
  await fleet.stores.redis.kill()
  await fleet.stores.postgres.kill('SIGQUIT')
  expect(await ended(4)).toEqual(['1 2 3 4'])
  await fleet.stores.redis.pause()
  await fleet.stores.redis.resume()
  await until('no link to Redis to be broken', () => fleet.links.redis.open() > 0)
})

test('nothing ended by itself', () => {
  expect(fleet.crashes()).toEqual([])
})
