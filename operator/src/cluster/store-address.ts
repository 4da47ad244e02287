import type { StoreAddress } from '../workspace/observed.ts'

const ports: Readonly<Record<string, number>> = {
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
  'rediss:': 6379,
}

/** Host and port of the address of a PostgreSQL or Redis, without anything else that is in it; undefined when it is none. */
export function storeAddressOf(text: string): StoreAddress | undefined {
  const url = URL.parse(text.trim())
  const usual = ports[url?.protocol ?? '']
  if (!url || usual === undefined || url.hostname === '') return undefined
  return {
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? usual : Number(url.port),
  }
}
