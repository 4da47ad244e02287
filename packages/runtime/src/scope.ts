import { AsyncLocalStorage } from 'node:async_hooks'

/** What belongs to the work at hand and is carried along without being passed: ids for logs and for the next hop. */
export type Scope = {
  readonly requestId?: string
  readonly sessionId?: string
  readonly traceId?: string
  readonly spanId?: string
  readonly sampled?: boolean
}

const storage = new AsyncLocalStorage<Scope>()

export const currentScope = (): Scope => storage.getStore() ?? {}

/** Runs `work` with the fields added to the scope around it. */
export const runInScope = <Result>(fields: Scope, work: () => Result): Result =>
  storage.run({ ...storage.getStore(), ...fields }, work)
