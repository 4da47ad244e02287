/** A server of tokens that is measured. */
export type AuthSide = {
  /** host:port */
  readonly address: string
  readonly pid: number
  /** Address of its metrics, where it has some. */
  readonly metrics?: string
}

export const workspace = 'bench/bench'
export const secretKey = 'ab'.repeat(32)
export const password = 'a password of the bench'
/** Attempts under one name wait for each other, so every caller signs in under its own. */
export const namesOf = (callers: number): string[] =>
  Array.from({ length: callers }, (_, at) => `caller-${at}`)
