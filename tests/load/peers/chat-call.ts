import type { Call } from './call.ts'

/** A chat asked of a gateway on loopback with its own key. */
export const chatCall = (
  { pid, port, key }: { readonly pid: number; readonly port: number; readonly key: string },
  model: string,
): Call => ({
  pid,
  address: `127.0.0.1:${port}`,
  path: '/v1/chat/completions',
  headers: { authorization: `Bearer ${key}` },
  model,
})
