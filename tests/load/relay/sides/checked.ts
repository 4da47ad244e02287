import { createPeople } from '../people.ts'
import type { Side } from '../side.ts'
import { floor } from './floors.ts'

const floorWith = (keysUrl = '') =>
  floor({
    name: 'checked',
    about:
      'splice, which lets in whose token jose finds signed by the issuer; asks neither agent nor Redis before, and remembers no token',
    file: 'checked.ts',
    onlyOpens: true,
    command: async () => ({ command: process.execPath, more: [keysUrl] }),
  })

/** The least that a relay in Node on `ws` can do to open a socket whose token is checked. */
export const checked: Side = {
  ...floorWith(),
  async prepare(setting) {
    const people = await createPeople()
    const { start } = await floorWith(`${people.authUrl}/.well-known/jwks.json`).prepare(setting)
    return { start, tokens: people.tokens, close: people.close }
  },
}
