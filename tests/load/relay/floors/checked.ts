import { createRemoteJWKSet, jwtVerify } from 'jose'
import { spliceInto } from './splice-into.ts'
import { relayOf } from './relay-of.ts'

const [port, agent, keysUrl] = process.argv.slice(2) as [string, string, string]
const keys = createRemoteJWKSet(new URL(keysUrl))

/** `splice` that lets nobody in whose token is not signed by the issuer's key, and asks nobody else for leave. */
relayOf(port, spliceInto(agent), async ({ headers }) => {
  const token = (headers.authorization ?? '').replace('Bearer ', '')
  await jwtVerify(token, keys, { algorithms: ['RS256'] })
})
