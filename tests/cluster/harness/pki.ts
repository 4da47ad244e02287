import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Authority,
  type Certificate,
  issueCertificate,
  type Subject,
} from '../../support/x509.ts'

const authoritySubject: Subject = { common: 'codelab-test' }
const days = 30

/** The authority of one control plane: who it lets in, and the files its programs read. */
export type Pki = {
  /** PEM of the authority's certificate. */
  readonly authority: string
  /** The path of a file in the folder. */
  path(file: string): string
  /** A client's certificate: a user and its groups, as Kubernetes reads them. */
  issue(subject: Subject): Certificate
  /** A certificate as two files, `<name>.crt` and `<name>.key`. */
  write(name: string, subject: Subject, names?: readonly string[]): Promise<void>
}

function pkiOf(folder: string, cert: string, authority: Authority): Pki {
  const issue = (subject: Subject, names: readonly string[] = []) => {
    const issued = issueCertificate({ subject, authority, names, days })
    return { key: issued.key, cert: issued.cert }
  }
  const path = (file: string) => join(folder, file)
  return {
    authority: cert,
    path,
    issue: (subject) => issue(subject),
    async write(name, subject, names) {
      const issued = issue(subject, names)
      await writeFile(path(`${name}.crt`), issued.cert)
      await writeFile(path(`${name}.key`), issued.key, { mode: 0o600 })
    },
  }
}

/** Makes the authority and the key that signs the tokens of service accounts. */
export async function createPki(folder: string): Promise<Pki> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { key, cert, privateKey } = issueCertificate({ subject: authoritySubject, days })
  const accounts = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const files = {
    'ca.crt': cert,
    'ca.key': key,
    'service-account.key': accounts.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'service-account.pub': accounts.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { mode: 0o600 })
  return pkiOf(folder, cert, { subject: authoritySubject, key: privateKey })
}

/** The authority that another process made. */
export async function openPki(folder: string): Promise<Pki> {
  const [cert, key] = await Promise.all(
    ['ca.crt', 'ca.key'].map((name) => readFile(join(folder, name), 'utf8')),
  )
  return pkiOf(folder, cert!, { subject: authoritySubject, key: createPrivateKey(key!) })
}
