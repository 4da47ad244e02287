import { writeFile } from 'node:fs/promises'

type Credentials = { readonly cert: string; readonly key: string } | { readonly token: string }

type Wanted = {
  readonly server: string
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string
  readonly user: string
  readonly credentials: Credentials
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

const userOf = (credentials: Credentials) =>
  'token' in credentials
    ? { token: credentials.token }
    : {
        'client-certificate-data': base64(credentials.cert),
        'client-key-data': base64(credentials.key),
      }

/** A client configuration that holds all it needs; JSON is YAML. */
export async function writeKubeconfig(path: string, wanted: Wanted): Promise<string> {
  const { server, authority, user, credentials } = wanted
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'test', cluster: { server, 'certificate-authority-data': base64(authority) } },
    ],
    users: [{ name: user, user: userOf(credentials) }],
    contexts: [{ name: 'test', context: { cluster: 'test', user } }],
    'current-context': 'test',
  }
  await writeFile(path, JSON.stringify(config, undefined, 2), { mode: 0o600 })
  return path
}
