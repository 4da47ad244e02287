/** The byte-splicing relay on Bun, whose WebSockets are uWebSockets'. Run by Bun, which has its own globals. */
const [port, agent] = process.argv.slice(2)
const field = Buffer.from('data: ')
const end = Buffer.from('\n\n')

async function carry(ws) {
  const answer = await fetch(`http://${agent}${ws.data.path}`, { signal: ws.data.gone.signal })
  let rest = Buffer.alloc(0)
  for await (const chunk of answer.body) {
    const text =
      rest.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([rest, chunk])
    let start = 0
    ws.cork(() => {
      for (let stop = text.indexOf(end); stop !== -1; stop = text.indexOf(end, start)) {
        const at = text.indexOf(field, start)
        if (at !== -1 && at < stop) ws.sendText(text.toString('utf8', at + field.length, stop))
        start = stop + end.length
      }
    })
    rest = text.subarray(start)
  }
}

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(port),
  fetch(request, server) {
    const { pathname, search } = new URL(request.url)
    const path = pathname.replace('/ws/', '/api/v1/chat/stream/') + search
    if (server.upgrade(request, { data: { path, gone: new AbortController() } })) return undefined
    return new Response('a WebSocket is wanted', { status: 426 })
  },
  websocket: {
    open(ws) {
      ws.sendText('{"type":"session"}')
      carry(ws).then(
        () => ws.close(1013),
        () => ws.close(1013),
      )
    },
    message() {},
    close: (ws) => ws.data.gone.abort(),
  },
})
