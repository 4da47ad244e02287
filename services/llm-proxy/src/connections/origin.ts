/** Where connections go to, and what they share. */
export type Origin = {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** As the Host header has it. */
  readonly name: string
  /** The last session of TLS, so that the next connection needs no full handshake. */
  readonly tls: { session?: Buffer }
}

export const originOf = ({ protocol, hostname, port, host }: URL): Origin => {
  const secure = protocol === 'https:'
  return {
    secure,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 443 : 80)),
    name: host,
    tls: {},
  }
}
