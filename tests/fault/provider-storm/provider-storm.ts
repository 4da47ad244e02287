import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { until } from '../../support/until.ts'
import type { Figure } from '../../load/bench.ts'
import { quantile } from '../../load/statistics.ts'
import type { Fault, Size } from '../fault.ts'
import { startMember } from '../fleet/member.ts'
import { startCallers } from './callers.ts'
import { storms } from './storms.ts'
import { startVendors, type Vendor } from './vendors.ts'
import { breakerState, holdings } from './watched.ts'

type Times = {
  quietMs: number
  stormMs: number
  recoveryS: number
  timeoutMs: number
  retryMs: number
}

/** A minute of storm in all; the breaker's and the tries' times are shorter than usual, so that each is met in each storm. */
const sizes: Record<Size, Times> = {
  full: { quietMs: 8_600, stormMs: 8_600, recoveryS: 4, timeoutMs: 2_000, retryMs: 500 },
  small: { quietMs: 1_200, stormMs: 2_000, recoveryS: 1, timeoutMs: 400, retryMs: 100 },
}
const perSecond = 25
const token = 'internal-token-of-the-storm'
/** What a model may be asked beyond a tenth more than it is wanted: the reserve from quiet times, and what comes back by itself. */
const configuredRetries = (ms: number) => 20 + ms / 2_000
const grownAfter = 3
/** What a process holds without any request: its listeners, a probe's connection. */
const mostAtRest = 10

type Weather = { from: number; to: number }

/** What came of one storm over one vendor. */
type Outcome = {
  readonly name: string
  readonly openMs: number | undefined
  readonly callsPerRequest: number
  /** From the first call after the vendor was well again to the next one; a breaker that the first had left open would rest first. */
  readonly probeToNextMs: number | undefined
  /** The part of requests that were answered whole; to be asked when all have ended. */
  readonly answered: () => number
}

const msFigure = (name: string, value: number, atMost?: number): Figure => ({
  name,
  value,
  unit: 'ms',
  ...(atMost !== undefined && { atMost }),
})

/** llm-proxy, a process of its own, before vendors of which one after the other fails in every way, while another is well all the time. */
export const providerStorm: Fault = {
  name: 'provider-storm',
  about: 'a provider that answers 5xx, 429, nothing, drop by drop or half, beside one that is well',
  async run({ folder, say, size }) {
    const { quietMs, stormMs, recoveryS, timeoutMs, retryMs } = sizes[size]
    const logs = join(folder, 'logs')
    await mkdir(logs, { recursive: true })
    await using opened = new AsyncDisposableStack()
    const vendors = await startVendors()
    opened.defer(() => vendors.close())
    const [port, adminPort] = (await freePorts(2)) as [number, number]
    const crashes: string[] = []
    const proxy = startMember({
      service: 'llm-proxy',
      name: 'llm-proxy',
      port,
      adminPort,
      folder: logs,
      env: {
        LLM_PROXY_HOST: '127.0.0.1',
        LLM_PROXY_PORT: String(port),
        ADMIN_HOST: '127.0.0.1',
        ADMIN_PORT: String(adminPort),
        INTERNAL_SERVICE_TOKEN: token,
        OLLAMA_BASE_URL: 'http://127.0.0.1:9',
        PROVIDERS: vendors.settings,
        CODELAB_FALLBACK_MODELS: vendors.spare.model,
        LLM_TIMEOUT_MS: String(timeoutMs),
        LLM_RETRY_MIN_MS: String(retryMs),
        LLM_RETRY_MAX_MS: String(4 * retryMs),
        BREAKER_RECOVERY_S: String(recoveryS),
        LOG_LEVEL: 'error',
      },
      onCrash: (what) => void crashes.push(what),
    })
    opened.defer(async () => void (await proxy.stop()))
    await proxy.ready()

    let over: Vendor = vendors.sick[0]!
    const callers = startCallers(proxy.url, token, {
      models: () => [over.model, vendors.steady.model],
      perSecond,
    })
    const quiet: Weather[] = []
    const stormy: Weather[] = []
    const stay = async (list: Weather[], ms: number) => {
      const from = performance.now()
      await delay(ms)
      list.push({ from, to: performance.now() })
    }

    const playStorm = async (storm: (typeof storms)[number], vendor: Vendor): Promise<Outcome> => {
      over = vendor
      await stay(quiet, quietMs)
      const from = performance.now()
      vendor.play(storm)
      const opens = storm.opens
        ? until(
            `the breaker of ${vendor.model} to open`,
            async () => (await breakerState(proxy.adminUrl, vendor.model)) === 2,
          ).then(() => performance.now() - from)
        : undefined
      await stay(stormy, stormMs)
      const openMs = await opens
      const calls = vendor.calls(from).length
      vendor.play(undefined)
      const wellAt = performance.now()
      const [probe, next] = storm.opens
        ? await until('the first calls of a provider that is well again', () => {
            const since = vendor.calls(wellAt)
            return since.length > 1 ? since : undefined
          })
        : []
      const requests = callers.begun(vendor.model, from, wellAt)
      const free = storm.opens ? 0 : configuredRetries(stormMs)
      return {
        name: `${storm.name} (${vendor.model.split('/')[0]})`,
        openMs,
        callsPerRequest: (calls - free) / requests,
        probeToNextMs: probe !== undefined && next !== undefined ? next - probe : undefined,
        answered() {
          const ended = callers.asked(vendor.model, from, wellAt)
          return ended.filter(({ outcome }) => outcome === 'whole').length / ended.length
        },
      }
    }

    await stay(quiet, quietMs)
    const outcomes: Outcome[] = []
    const held: Awaited<ReturnType<typeof holdings>>[] = []
    for (const [at, storm] of storms.entries()) {
      const outcome = await playStorm(storm, vendors.sick[at % vendors.sick.length]!)
      const holds = await holdings(proxy.pid())
      say(`after ${outcome.name}: ${holds.memory.toFixed(0)} MiB, ${holds.sockets} sockets`)
      outcomes.push(outcome)
      held.push(holds)
    }
    await stay(quiet, quietMs)
    const after = await holdings(proxy.pid())
    // A young process still grows into its work during the first storms.
    const grown = held[grownAfter - 1]!
    await callers.stop()
    const socketsAtRest = async () => (await holdings(proxy.pid())).sockets
    await until('connections to end', async () => (await socketsAtRest()) <= mostAtRest).catch(
      () => undefined,
    )

    const p99 = (weather: readonly Weather[]) =>
      quantile(
        weather.flatMap(({ from, to }) =>
          callers.asked(vendors.steady.model, from, to).map(({ ms }) => ms),
        ),
        0.99,
      )
    const [quietP99, stormP99] = [p99(quiet), p99(stormy)]
    const opening = outcomes.flatMap(({ name, openMs }) =>
      openMs === undefined ? [] : [msFigure(`${name}: breaker open after`, openMs, 5_000)],
    )
    const steady = callers.asked(vendors.steady.model, 0)
    return [
      ...outcomes.map(({ name, callsPerRequest }): Figure => ({
        name: `${name}: calls upstream per request, beyond the configured retries`,
        value: callsPerRequest,
        unit: 'ratio',
        atMost: 1.1,
      })),
      ...opening,
      msFigure(
        'from the first probe of a provider that is well to its next call, at most',
        Math.max(...outcomes.flatMap(({ probeToNextMs }) => probeToNextMs ?? [])),
        (recoveryS * 1_000) / 2 + quietMs / 10,
      ),
      ...outcomes.map(({ name, answered }): Figure => ({
        name: `${name}: requests answered whole, by it or by the next model`,
        value: 100 * answered(),
        unit: '%',
      })),
      msFigure('healthy provider: p99 in quiet', quietP99),
      {
        name: 'healthy provider: p99 in the storm, of its quiet p99',
        value: stormP99 / quietP99,
        unit: 'ratio',
        // The slowest of a few requests says nothing.
        ...(size === 'full' && { atMost: 1.2 }),
      },
      {
        name: `healthy provider: requests that failed, of ${steady.length}`,
        value: steady.filter(({ outcome }) => outcome !== 'whole').length,
        unit: 'count',
        atMost: 0,
      },
      {
        name: `memory of llm-proxy after ${storms.length} storms, of after ${grownAfter}`,
        value: after.memory / grown.memory,
        unit: 'ratio',
        ...(size === 'full' && { atMost: 1.1 }),
      },
      { name: `memory of llm-proxy after ${grownAfter} storms`, value: grown.memory, unit: 'MiB' },
      {
        name: 'open sockets at rest',
        value: await socketsAtRest(),
        unit: 'count',
        atMost: mostAtRest,
      },
      {
        name: 'processes that ended unasked',
        value: crashes.length,
        unit: 'count',
        atMost: 0,
      },
    ]
  },
}
