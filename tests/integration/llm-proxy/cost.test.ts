import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent, request } from 'undici'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { readProcess } from '../../load/processes.ts'
import { spawnNode } from '../../support/image/spawned.ts'
import { until } from '../../support/until.ts'
import { asks, serviceToken } from './proxy.ts'

const callers = 8
const warm = 800
const perRound = 300
const rounds = 3
/** A third of what was measured on a busy machine: what is below is no noise any more. */
const least = 0.17

const source = (path: string) => new URL(`../../../${path}`, import.meta.url).pathname

/** A vendor that answers everything at once with the same completion. */
async function startVendor() {
  const text = JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 8, completion_tokens: 1, total_tokens: 9 },
  })
  const server = createServer((asked, answer) => {
    asked.resume()
    answer.writeHead(200, { 'content-type': 'application/json' }).end(text)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const answers = async (url: string) =>
  fetch(url).then(
    ({ status }) => status < 500,
    () => false,
  )

// Processor time, which a busy machine lengthens for both, is what the kernel of Linux tells of a process.
const onLinux = existsSync('/proc/self/stat') ? test : test.skip

onLinux(
  'a request with everything switched on costs a small multiple of passing it on unread',
  async () => {
    const vendor = await startVendor()
    const [floorPort, port, adminPort] = (await freePorts(3)) as [number, number, number]
    const local = { cwd: import.meta.dirname, env: {} }
    const pipe = source('tests/load/peers/floors/pipe.ts')
    const floor = spawnNode([pipe, String(floorPort), vendor.url], local)
    const proxy = spawnNode([source('services/llm-proxy/src/main.ts')], {
      ...local,
      env: {
        ...{ LLM_PROXY_HOST: '127.0.0.1', LLM_PROXY_PORT: String(port) },
        ...{ ADMIN_HOST: '127.0.0.1', ADMIN_PORT: String(adminPort) },
        ...{ INTERNAL_SERVICE_TOKEN: serviceToken, OLLAMA_BASE_URL: 'http://127.0.0.1:9' },
        ...{ OPENAI_BASE_URL: vendor.url, OPENAI_API_KEY: 'k', NODE_ENV: 'production' },
      },
    })
    const dispatcher = new Agent({ connections: callers })

    const ask = async (at: number): Promise<void> => {
      const answer = await request(`http://127.0.0.1:${at}/v1/chat/completions`, {
        ...{ dispatcher, method: 'POST' },
        headers: {
          authorization: `Bearer ${serviceToken}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ model: 'gpt-4o', messages: asks('Hi') }),
      })
      expect(answer.statusCode).toBe(200)
      expect(await answer.body.text()).toContain('"Hi"')
    }
    const askOften = async (at: number, times: number): Promise<void> => {
      const caller = async () => {
        for (let asked = 0; asked < times / callers; asked++) await ask(at)
      }
      await Promise.all(Array.from({ length: callers }, caller))
    }
    /** CPU-seconds that a process takes for one round. */
    const costOf = async (pid: number, at: number): Promise<number> => {
      const before = (await readProcess(pid))!.cpuSeconds
      await askOften(at, perRound)
      return (await readProcess(pid))!.cpuSeconds - before
    }

    try {
      const ready = [`http://127.0.0.1:${floorPort}`, `http://127.0.0.1:${adminPort}/readyz`]
      await until(
        () => `both answer; llm-proxy said: ${proxy.said()}`,
        async () => (await Promise.all(ready.map(answers))).every(Boolean),
        90_000,
      )
      await askOften(floorPort, warm)
      await askOften(port, warm)
      let [passed, ours] = [0, 0]
      for (let round = 0; round < rounds; round++) {
        passed += await costOf(floor.pid, floorPort)
        ours += await costOf(proxy.pid, port)
      }
      expect(passed / ours).toBeGreaterThan(least)
    } finally {
      await dispatcher.destroy()
      await Promise.all([floor.stop(), proxy.stop()])
      vendor.close()
    }
  },
  240_000,
)
