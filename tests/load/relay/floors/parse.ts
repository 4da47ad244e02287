import { relayOf } from './relay-of.ts'

const [port, agent] = process.argv.slice(2) as [string, string]

/** A relay as it is mostly written: the stream comes by `fetch`, every event is parsed, and what it says is written anew. */
async function carryAll(url: string, signal: AbortSignal, send: (frame: string) => void) {
  const answer = await fetch(url, { signal })
  let rest = ''
  for await (const text of answer.body!.pipeThrough(new TextDecoderStream())) {
    const events = (rest + text).split('\n\n')
    rest = events.pop()!
    for (const event of events) {
      const line = event.split('\n').find((each) => each.startsWith('data: '))
      if (line) send(JSON.stringify(JSON.parse(line.slice('data: '.length))))
    }
  }
}

relayOf(port, (ws, _, { path, query }) => {
  const gone = new AbortController()
  ws.on('close', () => gone.abort())
  carryAll(`http://${agent}${path}?${query}`, gone.signal, (frame) => ws.send(frame)).then(
    () => ws.close(1013),
    () => ws.close(1013),
  )
})
