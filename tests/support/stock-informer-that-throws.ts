import { KubeConfig, makeInformer, type V1ConfigMapList } from '@kubernetes/client-node'

/** A program: client-node's own informer on the server given, with a handler that throws. */
const [server = '', path = ''] = process.argv.slice(2)
const config = new KubeConfig()
config.loadFromClusterAndUser({ name: 'scripted', server, skipTLSVerify: true }, { name: 'tester' })
const informer = makeInformer(config, path, async () => {
  const answer = await fetch(server + path)
  return (await answer.json()) as V1ConfigMapList
})
informer.on('add', () => {
  throw new Error('a fault of ours')
})
await informer.start()
