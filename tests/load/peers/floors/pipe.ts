import { Agent, createServer, request } from 'node:http'

/** The least that a gateway in Node can do: every request goes on to one server as it came, every answer comes back as it is. */
const [port, target] = process.argv.slice(2) as [string, string]
const { hostname, port: targetPort } = new URL(target)
const agent = new Agent({ keepAlive: true })

createServer((incoming, answer) => {
  const { method, url, headers } = incoming
  const outgoing = request(
    { agent, hostname, port: targetPort, method, path: url, headers },
    (response) => {
      answer.writeHead(response.statusCode!, response.headers)
      response.pipe(answer)
    },
  )
  outgoing.on('error', () => answer.destroy())
  incoming.pipe(outgoing)
}).listen(Number(port), '127.0.0.1')
