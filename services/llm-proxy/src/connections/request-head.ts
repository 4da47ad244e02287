import { validateHeaderValue } from 'node:http'
import { type Origin, originOf } from './origin.ts'

/** An address of a vendor, read once, and the lines of a request's head that are the same for every request to it. */
export type Target = {
  readonly origin: Origin
  readonly lines: string
}

type Headers = Readonly<Record<string, string>>

/** A base URL may name a user of a proxy before the vendor; it is sent as HTTP has it, unless a key takes its place. */
const basicOf = ({ username, password }: URL): Headers => {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** Throws for a value that no header may have, such as a key with a line break in it. */
const linesOf = (headers: Headers): string =>
  Object.entries(headers)
    .map(([name, value]) => {
      validateHeaderValue(name, value)
      return `${name}: ${value}\r\n`
    })
    .join('')

/** How a vendor is asked at `url`: its head for a key, put into words once for each key. */
export const targetFor = (
  url: string,
  headersFor: (apiKey: string | undefined) => Headers,
): ((apiKey: string | undefined) => Target) => {
  const read = new URL(url)
  const origin = originOf(read)
  const first = `POST ${read.pathname}${read.search} HTTP/1.1\r\nhost: ${origin.name}\r\n`
  const usual = { 'content-type': 'application/json', 'user-agent': 'codelab', ...basicOf(read) }
  let known: { apiKey: string | undefined; target: Target } | undefined
  return (apiKey) => {
    if (known?.apiKey !== apiKey || !known) {
      const lines = first + linesOf({ ...usual, ...headersFor(apiKey) })
      known = { apiKey, target: { origin, lines } }
    }
    return known.target
  }
}
