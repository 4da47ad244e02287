import { argon2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { cost } from '@codelab/auth/users/password-hash'

/** The most that passwords can be checked: one hash after the other on so many threads, nothing else. Tells as JSON how many there were. */
const [threads, seconds] = process.argv.slice(2).map(Number) as [number, number]
const hash = promisify(argon2)
const nonce = randomBytes(16)
const end = performance.now() + seconds * 1_000
let hashes = 0

async function hashOn() {
  while (performance.now() < end) {
    await hash('argon2id', { ...cost, message: 'a password', nonce, tagLength: 32 })
    hashes += 1
  }
}

const before = process.cpuUsage()
const began = performance.now()
await Promise.all(Array.from({ length: threads }, hashOn))
const took = (performance.now() - began) / 1_000
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ hashes, seconds: took, cpuSeconds: (user + system) / 1e6 }))
