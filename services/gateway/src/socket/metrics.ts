import type { Metrics } from '@codelab/runtime/metrics'

export type SocketMetrics = ReturnType<typeof createSocketMetrics>

/** What is counted about sockets. `openSockets` is asked at each scrape. */
export function createSocketMetrics(metrics: Metrics, openSockets: () => number) {
  metrics.gauge('sockets_open', 'Open WebSockets.', [], (gauge) => gauge.set(openSockets()))
  const frames = metrics.counter('frames_total', 'Frames by direction.', ['direction'])
  return {
    framesIn: frames.labels('in'),
    framesOut: frames.labels('out'),
    flushed: metrics.histogram(
      'relay_seconds',
      "From the arrival of the agent's frames to their write into the socket.",
      [],
      [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1, 10],
    ),
    reconnects: metrics.counter('relay_reconnects_total', 'Streams of the agent opened again.'),
    closes: metrics.counter('socket_closes_total', 'Closed WebSockets by code.', ['code']),
  }
}
