import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from '../../support/until.ts'
import { askFor, asks, startProxy } from './proxy.ts'

/** A vendor that writes as fast as it is let, and counts what has left it. */
async function startFlood() {
  let sent = 0
  let isGone = false
  const piece = `data: ${JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(1000) } }] })}\n\n`
  const pour = (response: ServerResponse): void => {
    while (!isGone) {
      sent += piece.length
      if (!response.write(piece)) return void response.once('drain', () => pour(response))
    }
  }
  const server = createServer((request, response) => {
    request.resume()
    response.once('close', () => (isGone = true))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    pour(response)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    sent: () => sent,
    isGone: () => isGone,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A caller that asks and then does not read. */
function stalledCaller(url: string, path: string) {
  const socket = askFor(url, path)
  socket.pause()
  return socket
}

/** Resolves once a figure has stopped to grow. */
const settled = async (figure: () => number): Promise<number> => {
  let last = -1
  let same = 0
  await until('the flow stands still', async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    const now = figure()
    same = now === last && now > 0 ? same + 1 : 0
    last = now
    return same >= 75 // longer than a stall may last: what stands still here is no stall
  })
  return last
}

test.each(['/api/v1/completion', '/v1/chat/completions'])(
  'a caller of %s who does not read stops the vendor, and going ends it',
  async (path) => {
    const vendor = await startFlood()
    const proxy = await startProxy({
      OPENAI_BASE_URL: vendor.url,
      OPENAI_API_KEY: 'k',
      LLM_STALL_TIMEOUT_MS: '1000',
    })
    const socket = stalledCaller(proxy.url, path)
    expect(await settled(vendor.sent)).toBeLessThan(64 * 1024 * 1024)
    expect(vendor.isGone()).toBe(false)
    socket.destroy()
    await until('the vendor is left', vendor.isGone)
    await proxy.stop()
    vendor.close()
  },
)

test('a redirect is not followed, and says what to check', async () => {
  let strangers = 0
  const stranger = createServer((_, response) => {
    strangers += 1
    response.end()
  })
  await new Promise<void>((resolve) => void stranger.listen(0, '127.0.0.1', resolve))
  const location = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`
  const vendor = createServer((_, response) => response.writeHead(307, { location }).end())
  await new Promise<void>((resolve) => void vendor.listen(0, '127.0.0.1', resolve))
  const proxy = await startProxy({
    OPENAI_BASE_URL: `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`,
    OPENAI_API_KEY: 'k',
    CODELAB_FALLBACK_MODELS: 'none',
  })
  const { status, body } = await proxy.complete({ model: 'gpt-4o', messages: asks('Hi') })
  expect(status).toBe(502)
  expect(body.error.message).toContain('redirect')
  const input = { model: 'text-embedding-3-small', input: 'x' }
  expect((await proxy.post('/api/v1/embeddings', input)).status).toBe(502)
  expect(strangers).toBe(0)
  await proxy.stop()
  for (const server of [vendor, stranger]) {
    server.closeAllConnections()
    server.close()
  }
})
