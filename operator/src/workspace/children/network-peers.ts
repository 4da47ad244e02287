import type { Peer } from '../settings.ts'

/** One rule of a NetworkPolicy, in Kubernetes' own words. No peers: everybody. */
export type IngressRule = { from?: readonly Peer[]; ports: readonly Port[] }
export type EgressRule = { to?: readonly Peer[]; ports: readonly Port[] }
export type Port = { readonly port: number; readonly protocol: 'TCP' | 'UDP' }

export const tcp = (port: number): Port => ({ port, protocol: 'TCP' })

/** Private, shared, link-local (the metadata services of clouds), loopback, multicast and reserved ranges. */
const notTheWorld = {
  ipv4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ],
  // With the private part of what NAT64 translates. Mapped IPv4 addresses are IPv4 on the wire, and Kubernetes refuses them here.
  ipv6: [
    '::1/128',
    '64:ff9b::a00:0/104',
    '64:ff9b::a9fe:0/112',
    '64:ff9b::ac10:0/108',
    '64:ff9b::c0a8:0/112',
    'fc00::/7',
    'fe80::/10',
    'ff00::/8',
  ],
}

/** The public internet. */
export const world: readonly Peer[] = [
  { ipBlock: { cidr: '0.0.0.0/0', except: notTheWorld.ipv4 } },
  { ipBlock: { cidr: '::/0', except: notTheWorld.ipv6 } },
]

/** The namespace in `service.namespace.svc` or `service.namespace.svc.cluster.local`. */
const namespaceIn = (host: string): string | undefined =>
  /^[^.]+\.(?<namespace>[^.]+)\.svc(?:\.cluster\.local)?$/.exec(host)?.groups?.['namespace']

const literal = (host: string): string | undefined => {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) return `${host}/32`
  return host.includes(':') ? `${host.replaceAll(/[[\]]/g, '')}/128` : undefined
}

/** Peers for a host: a namespace, one address, or undefined where only the resolver knows. */
export function peersOf(host: string): readonly Peer[] | undefined {
  const namespace = namespaceIn(host)
  if (namespace !== undefined) {
    return [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }]
  }
  const cidr = literal(host)
  return cidr === undefined ? undefined : [{ ipBlock: { cidr } }]
}

const usualPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/** Host and port of an http(s) address. */
export function placeOf(url: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url)
  return { host: hostname, port: port === '' ? usualPorts[protocol]! : Number(port) }
}
