import { type Certificate, issueCertificate } from './x509.ts'

export type { Certificate } from './x509.ts'

/** X.509 for 127.0.0.1 that is its own authority, good for a day: for a TLS server and its clients in a test. */
export function selfSigned(common: string): Certificate {
  const { key, cert } = issueCertificate({ subject: { common }, names: ['127.0.0.1'] })
  return { key, cert }
}
