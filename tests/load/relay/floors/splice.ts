import { relayOf } from './relay-of.ts'
import { spliceInto } from './splice-into.ts'

const [port, agent] = process.argv.slice(2) as [string, string]

relayOf(port, spliceInto(agent))
