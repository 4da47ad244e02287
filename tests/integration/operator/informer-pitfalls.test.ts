import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { makeInformer, type V1ConfigMap, type V1ConfigMapList } from '@kubernetes/client-node'
import { createKubeClient } from '@codelab/operator/kube/client'
import { createConnection } from '@codelab/operator/kube/connection'
import type { KubeObject } from '@codelab/operator/kube/object'
import { createReflector } from '@codelab/operator/kube/reflector'
import { resources } from '@codelab/operator/kube/resources'
import type { Change } from '@codelab/operator/kube/store'
import { createFakeClock } from '../../support/clock.ts'
import {
  refusal,
  type Reply,
  type Script,
  type ScriptedApiServer,
  startScriptedApiServer,
} from '../../support/scripted-api-server.ts'
import { silentLog } from '../../support/silent-log.ts'
import { until } from '../../support/until.ts'

/*
 * What the stock informer of @kubernetes/client-node 2.0.1 does wrong, one by one: each script of a server is played to our
 * reflector and to it. The eleventh it does right, and so must we.
 */

const path = '/api/v1/namespaces/team/configmaps'

const map = (name: string, version: number, uid = `uid-${name}`): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'team', uid, resourceVersion: String(version) },
})

const listOf = (version: number, ...items: KubeObject[]): Reply => ({
  body: {
    apiVersion: 'v1',
    kind: 'ConfigMapList',
    metadata: { resourceVersion: String(version) },
    items,
  },
})

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

async function serve(script: Script): Promise<ScriptedApiServer> {
  const server = await startScriptedApiServer(script)
  cleanups.push(() => server.close())
  return server
}

type Ours = { clock?: ReturnType<typeof createFakeClock>; onChange?: (key: string) => void }

/** Our reflector on a server, with everything it told. */
function startOurs(server: ScriptedApiServer, { clock, onChange }: Ours = {}) {
  const connection = createConnection({ load: () => server.config() })
  const told: Change<string>[] = []
  const interruptions: string[] = []
  const reflector = createReflector<string>({
    client: createKubeClient({ connection }),
    resource: resources.configMaps,
    selection: { namespace: 'team' },
    project: (object) => object.metadata.resourceVersion!,
    onChange(change) {
      told.push(change)
      onChange?.(change.key)
    },
    onInterruption: (reason) => interruptions.push(reason),
    log: silentLog,
    ...(clock && { clock }),
  })
  cleanups.push(async () => {
    await reflector.stop()
    await connection.close()
  })
  reflector.start()
  return { reflector, told, interruptions }
}

/** The stock informer on a server, with everything it told. */
function startStock(server: ScriptedApiServer) {
  const config = server.config()
  const told: string[] = []
  const informer = makeInformer<V1ConfigMap>(config, path, async () => {
    const answer = await fetch(server.url + path)
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    return (await answer.json()) as V1ConfigMapList
  })
  for (const verb of ['add', 'update', 'delete'] as const)
    informer.on(verb, (object) => told.push(`${verb} ${object.metadata?.name}`))
  for (const verb of ['connect', 'error'] as const) informer.on(verb, () => told.push(verb))
  cleanups.push(() => informer.stop())
  void informer.start()
  return { informer, told }
}

/** Both at once, each on a server of its own with the same script. */
async function startBoth(script: () => Script) {
  const [here, there] = [await serve(script()), await serve(script())]
  const stock = startStock(there)
  return { here, there, ours: startOurs(here), stock }
}

describe('1: a connection reset in the middle of a watch', () => {
  test('the reflector watches again from the last version; the stock informer never does', async () => {
    const { here, there, ours, stock } = await startBoth(() => ({
      reply: () => listOf(1),
      watch(watch, count) {
        watch.send('ADDED', map('a', 2))
        if (count === 1) watch.send('ADDED', map('b', 3))
      },
    }))
    await until('both', () => ours.reflector.size() === 2 && stock.told.includes('add b'))
    for (const server of [here, there]) server.watches[0]!.reset()

    await until('a second watch', () => here.watches.length === 2)
    expect(here.watches[1]!.seen.query['resourceVersion']).toBe('3')
    expect(here.lists()).toHaveLength(1)
    expect(ours.interruptions).toEqual(['ConnectionLost'])

    expect(stock.told.at(-1)).toBe('error')
    expect(there.watches).toHaveLength(1)
  })
})

describe('2: a first list that fails', () => {
  test('the reflector is synced only after a whole list; the stock informer says connected, and is dead', async () => {
    const { here, there, ours, stock } = await startBoth(() => ({
      reply: (_, count) => (count === 1 ? refusal(500, 'InternalError') : listOf(1, map('a', 1))),
    }))
    await until('the stock informer to fail', () => stock.told.includes('error'))
    expect(stock.told).toEqual(['connect', 'error'])

    await until('the first try of ours', () => ours.interruptions.length === 1)
    expect(ours.reflector.hasSynced()).toBe(false)
    expect(await ours.reflector.whenSynced()).toBe(true)
    expect(ours.reflector.get('team/a')).toBe('1')
    expect(here.lists()).toHaveLength(2)
    expect(there.lists()).toHaveLength(1)
  })
})

describe('3: an ERROR event that is not 410', () => {
  test('the reflector lists again; the stock informer swallows it', async () => {
    const { here, there, ours, stock } = await startBoth(() => ({
      reply: (_, count) => listOf(count, map('a', 1)),
      watch(watch, count) {
        if (count === 1) watch.send('ERROR', refusal(500, 'InternalError').body)
        watch.send('ADDED', map('after', 9))
      },
    }))
    await until('a second list', () => here.lists().length === 2)
    expect(ours.interruptions).toEqual(['InternalError'])
    await until('the event after it', () => stock.told.includes('add after'))
    expect(stock.told).not.toContain('error')
    expect(there.lists()).toHaveLength(1)
  })
})

describe('4: a line that is damaged', () => {
  test('the reflector lists again and misses nothing; the stock informer drops the event for ever', async () => {
    const { here, ours, stock } = await startBoth(() => ({
      reply: (_, count) => (count === 1 ? listOf(1) : listOf(3, map('a', 2), map('b', 3))),
      watch(watch, count) {
        if (count > 1) return
        watch.raw(`${JSON.stringify({ type: 'ADDED', object: map('a', 2) }).slice(0, 40)}\n`)
        watch.send('ADDED', map('b', 3))
      },
    }))
    await until('the object', () => ours.reflector.get('team/a'))
    expect(ours.interruptions).toEqual(['Malformed'])
    expect(here.lists()).toHaveLength(2)
    await until('the event after it', () => stock.told.includes('add b'))
    expect(stock.told).toEqual(['connect', 'add b'])
  })

  test('the reflector puts characters together that arrive in pieces, byte by byte', async () => {
    const named = { ...map('a', 2), data: { greeting: 'Grüße, 世界 🌍' } }
    const server = await serve({
      reply: () => listOf(1),
      watch(watch) {
        const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: named })}\n`)
        for (const byte of line) watch.raw(Buffer.from([byte]))
      },
    })
    const seen: unknown[] = []
    const connection = createConnection({ load: () => server.config() })
    const reflector = createReflector({
      client: createKubeClient({ connection }),
      resource: resources.configMaps,
      selection: { namespace: 'team' },
      project: (object) => object,
      onChange: (change) => seen.push(change.kind === 'set' && change.value),
      log: silentLog,
    })
    reflector.start()
    await until('the event', () => seen.length === 1)
    expect(seen).toEqual([named])
    await reflector.stop()
    await connection.close()
  })

  test('an end inside an event is damage too', async () => {
    const server = await serve({
      reply: (_, count) => (count === 1 ? listOf(1) : listOf(2, map('a', 2))),
      watch(watch, count) {
        if (count > 1) return
        watch.raw('{"type":"ADDED","obj')
        watch.end()
      },
    })
    const { reflector, interruptions } = startOurs(server)
    await until('the object', () => reflector.get('team/a'))
    expect(interruptions).toEqual(['Malformed'])
  })
})

describe('5: a handler that throws', () => {
  test('the reflector logs it and goes on', async () => {
    const server = await serve({
      reply: () => listOf(1, map('a', 1)),
      watch(watch) {
        watch.send('ADDED', map('b', 2))
        watch.send('ADDED', map('c', 3))
      },
    })
    const { reflector, told } = startOurs(server, {
      onChange() {
        throw new Error('a fault of ours')
      },
    })
    await until('all three', () => reflector.size() === 3)
    expect(told.map(({ key }) => key)).toEqual(['team/a', 'team/b', 'team/c'])
    expect(server.watches).toHaveLength(1)
  })

  test('the process of a stock informer dies', async () => {
    const server = await serve({
      reply: () => listOf(1),
      watch: (watch) => watch.send('ADDED', map('a', 2)),
    })
    const program = join(import.meta.dirname, '../../support/stock-informer-that-throws.ts')
    const child = spawn(process.execPath, [program, server.url, path], { stdio: 'pipe' })
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    const [code] = (await once(child, 'close')) as [number]
    expect(code).toBe(1)
    expect(text).toContain('a fault of ours')
  })
})

describe('6: stopping, with a restart on every error as the documentation shows', () => {
  test('a stopped reflector stays stopped, whatever is called; a stock informer rises again', async () => {
    const { here, there, ours, stock } = await startBoth(() => ({
      reply: () => listOf(1),
      watch: (watch) => watch.send('ADDED', map('a', 2)),
    }))
    const restart = () => void stock.informer.start()
    stock.informer.on('error', restart)
    // Else nothing would ever end it.
    cleanups.push(async () => stock.informer.off('error', restart))
    // A watch whose answer has not begun yet ends without an error.
    await until('both', () => ours.reflector.size() === 1 && stock.told.includes('add a'))

    await ours.reflector.stop()
    ours.reflector.start()
    await stock.informer.stop()
    await until('the stock informer to be back', () => there.watches.length === 2)

    expect(here.requests).toHaveLength(2)
    await until('no watch of ours', () => here.openWatches().length === 0)
  })
})

describe('7: stopping while it waits to connect again', () => {
  const script = (): Script => ({
    reply: () => listOf(1),
    watch: (watch, count) => {
      if (count < 3) watch.end()
    },
  })

  test('the reflector leaves no timer behind and opens nothing', async () => {
    const server = await serve(script())
    const clock = createFakeClock()
    const { reflector } = startOurs(server, { clock })
    await until('the wait', () => server.watches.length === 1 && clock.pending() === 2)
    await reflector.stop()
    expect(clock.pending()).toBe(0)
    await clock.advance(60_000)
    expect(server.watches).toHaveLength(1)
  })

  test('the stock informer opens a watch afterwards, and nobody closes it', async () => {
    const server = await serve(script())
    const { informer, told } = startStock(server)
    await until('the wait', () => told.filter((line) => line === 'connect').length === 3)
    await informer.stop()
    await until('the watch of a stopped informer', () => server.openWatches().length === 1)
    expect(server.watches).toHaveLength(3)
  })
})

describe('8: a server that sends one event and closes, again and again', () => {
  test('the reflector slows down; the stock informer hammers', async () => {
    let version = 1
    const { here, there } = await startBoth(() => ({
      reply: () => listOf(1),
      watch(watch) {
        watch.send('BOOKMARK', map('', (version += 1)))
        watch.end()
      },
    }))
    await until('many watches of the stock informer', () => there.watches.length >= 20)
    expect(here.watches.length).toBeLessThanOrEqual(3)
  })
})

describe('9: the query of a watch', () => {
  test('the reflector asks for bookmarks and for an end between 5 and 10 minutes; the stock informer for neither', async () => {
    const { here, there } = await startBoth(() => ({ reply: () => listOf(7) }))
    await until('both', () => here.watches.length === 1 && there.watches.length === 1)
    const { timeoutSeconds, ...query } = here.watches[0]!.seen.query
    expect(query).toEqual({ watch: 'true', allowWatchBookmarks: 'true', resourceVersion: '7' })
    expect(Number(timeoutSeconds)).toBeGreaterThanOrEqual(300)
    expect(Number(timeoutSeconds)).toBeLessThanOrEqual(600)
    expect(there.watches[0]!.seen.query).toEqual({ watch: 'true', resourceVersion: '7' })
  })

  test('a bookmark moves the version from which the next watch takes up', async () => {
    const server = await serve({
      reply: () => listOf(7),
      watch(watch, count) {
        if (count > 1) return
        watch.send('BOOKMARK', map('', 99))
        watch.end()
      },
    })
    startOurs(server)
    await until('the next watch', () => server.watches.length === 2)
    expect(server.watches[1]!.seen.query['resourceVersion']).toBe('99')
    expect(server.lists()).toHaveLength(1)
  })

  test('a watch that falls silent is given up for a new list', async () => {
    const server = await serve({ reply: () => listOf(7) })
    const clock = createFakeClock()
    const { interruptions } = startOurs(server, { clock })
    await until('the silence to be counted', () => clock.pending() === 2 && server.watches.length)
    await clock.advance(149_000)
    expect(interruptions).toEqual([])
    await clock.advance(1_000)
    await until('the end', () => interruptions.length === 1 && clock.pending() === 2)
    await clock.advance(1_600)
    await until('the new list', () => server.lists().length === 2)
    expect(interruptions).toEqual(['NoAnswer'])
  })
})

describe('10: resync, deletes that nobody saw, and pages', () => {
  test('the reflector tells everything again at each resync, marked as nothing new', async () => {
    const server = await serve({ reply: () => listOf(1, map('a', 1), map('b', 1)) })
    const clock = createFakeClock()
    const { reflector, told } = startOurs(server, { clock })
    await reflector.whenSynced()
    told.length = 0
    // A fake clock also ends the silent watch; what is told of it stays the same.
    await clock.advance(11 * 3_600_000)
    expect(told.filter(({ why }) => why === 'resync').map(({ key }) => key)).toEqual([
      'team/a',
      'team/b',
    ])
  })

  test('the reflector says that it did not see a delete; the stock informer passes an old state off as the last', async () => {
    const { ours, stock } = await startBoth(() => ({
      reply: (_, count) => (count === 1 ? listOf(1, map('a', 1)) : listOf(9)),
      watch(watch, count) {
        if (count > 1) return
        watch.send('ERROR', refusal(410, 'Expired').body)
        watch.end()
      },
    }))
    await until('the delete', () => ours.reflector.size() === 0 && ours.reflector.hasSynced())
    expect(ours.told.at(-1)).toEqual({
      key: 'team/a',
      why: 'news',
      kind: 'gone',
      last: '1',
      witnessed: false,
    })
    await until('the delete of the stock informer', () => stock.told.includes('delete a'))
  })

  test('the reflector lists in pages, and shows none before the last', async () => {
    const pages = Promise.withResolvers<void>()
    const server = await serve({
      async reply({ query }) {
        if (!query['continue'])
          return {
            body: {
              kind: 'ConfigMapList',
              metadata: { resourceVersion: '5', continue: 'next' },
              items: [map('a', 1)],
            },
          }
        await pages.promise
        return listOf(5, map('b', 2))
      },
    })
    const { reflector } = startOurs(server)
    await until('the second page', () => server.lists().length === 2)
    expect(reflector.hasSynced()).toBe(false)
    expect(reflector.size()).toBe(0)
    pages.resolve()
    await reflector.whenSynced()
    expect([...reflector.values()]).toEqual(['1', '2'])
    expect(server.lists().map(({ query }) => query)).toEqual([
      { limit: '100' },
      { limit: '100', continue: 'next' },
    ])
  })
})

describe('11: a version that is too old', () => {
  test('both list again and tell of what is gone', async () => {
    const { ours, stock } = await startBoth(() => ({
      reply: (_, count) =>
        count === 1 ? listOf(1, map('a', 1), map('b', 1)) : listOf(9, map('b', 1)),
      watch(watch, count) {
        if (count > 1) return
        watch.send('ERROR', refusal(410, 'Expired').body)
        watch.end()
      },
    }))
    await until('ours', () => ours.reflector.size() === 1)
    await until('the stock informer', () => stock.told.includes('delete a'))
    // `b` did not change, and neither tells of it again.
    expect(ours.told.filter(({ key }) => key === 'team/b')).toHaveLength(1)
    expect(stock.told.filter((line) => line.endsWith(' b'))).toEqual(['add b'])
  })

  test('the same when the watch is refused at once', async () => {
    const server = await serve({
      reply: (_, count) => listOf(count, map('a', count)),
      refuseWatch: (count) => (count === 1 ? refusal(410, 'Expired') : undefined),
    })
    const { reflector, interruptions } = startOurs(server)
    await until('the second list', () => reflector.get('team/a') === '2')
    expect(interruptions).toEqual(['Expired'])
  })
})
