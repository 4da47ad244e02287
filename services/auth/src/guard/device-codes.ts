import type { Context, Next } from 'koa'
import { Failure } from '@codelab/runtime/failure'
import type { Failures } from './failures.ts'
import { networkOf } from './network.ts'

type Options = { failures: Failures; limit: number; path: string }

/** RFC 8628 §5.1: user codes are short, so a source that keeps entering wrong ones has to wait. */
export const guardDeviceCodes = ({ failures, limit, path }: Options) =>
  async function guardDeviceCodeEntry(ctx: Context, next: Next): Promise<void> {
    if (ctx.method !== 'POST' || ctx.path !== path) return next()
    const key = networkOf(String(ctx.state['source']))
    const { count, secondsLeft } = await failures.read(key)
    if (count >= limit) throw new Failure('rate_limited', { retryAfterSeconds: secondsLeft })
    await next()
    if (ctx.state['codeMissed'] === true) await failures.add(key)
  }
