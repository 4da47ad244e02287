import { relayOf } from './relay-of.ts'

/** `ws` alone: sockets that are accepted and told nothing more. */
relayOf(process.argv[2]!, () => undefined)
