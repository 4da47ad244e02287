import { createRedis } from '@codelab/runtime/redis'
import { silentLog as log } from '../../support/silent-log.ts'
import { redisDatabaseUrl } from '../../support/stores.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { until } from '../../support/until.ts'

test('a server that is gone without a word costs each command a second at most, and is dialled anew', async () => {
  const proxy = await startTcpProxy(new URL(redisDatabaseUrl()))
  const redis = createRedis({ url: proxy.url, log, name: 'silenced' })
  const answers = () =>
    redis.ping().then(
      () => true,
      () => false,
    )
  try {
    await until('a first answer', answers)
    proxy.swallow()
    await expect(redis.ping()).rejects.toThrow('Command timed out')
    await until('an answer over a new connection', answers)
  } finally {
    redis.disconnect()
    await proxy.close()
  }
})
