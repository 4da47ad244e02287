import { get } from 'node:http'
import type { Carry } from './relay-of.ts'

const field = Buffer.from('data: ')
const end = Buffer.from('\n\n')
const asText = { binary: false }

/**
 * The least that a relay in Node on `ws` can do: it cuts the agent's stream at its events and sends the bytes of each as they are, those
 * of a chunk in one write.
 */
export const spliceInto =
  (agent: string): Carry =>
  (ws, connection, { path, query }) => {
    const upstream = get(`http://${agent}${path}?${query}`, (answer) => {
      let rest: Buffer = Buffer.alloc(0)
      answer.on('data', (chunk: Buffer) => {
        const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
        let start = 0
        connection.cork()
        for (let stop = text.indexOf(end); stop !== -1; stop = text.indexOf(end, start)) {
          const at = text.indexOf(field, start)
          if (at !== -1 && at < stop) ws.send(text.subarray(at + field.length, stop), asText)
          start = stop + end.length
        }
        connection.uncork()
        rest = text.subarray(start)
      })
      answer.on('close', () => ws.close(1013))
    })
    upstream.on('error', () => ws.close(1013))
    ws.on('close', () => upstream.destroy())
  }
