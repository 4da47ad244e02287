import type { Workspace } from '@codelab/contracts/workspace'
import { secretsMissed, wantedSecrets } from '../children/secrets.ts'
import { digestIn, type Observed } from '../observed.ts'
import { type Finding, finding } from '../reasons.ts'
import { type Reference, secretReferences } from '../references.ts'

type Problem = { readonly reason: 'SecretMissing' | 'KeyMissing'; readonly message: string }

const problemOf = (observed: Observed, { path, ref }: Reference): Problem | undefined => {
  if (!observed.secrets[ref.name]) {
    return { reason: 'SecretMissing', message: `${path}: there is no Secret ${ref.name}` }
  }
  return digestIn(observed, ref) === undefined
    ? {
        reason: 'KeyMissing',
        message: `${path}: Secret ${ref.name} has no key ${ref.key}, or it is empty`,
      }
    : undefined
}

/** What is wrong with the Secrets that a person brings, for one use or for all. */
export const referenceProblems = (
  workspace: Workspace,
  observed: Observed,
  use?: Reference['use'],
): Problem[] =>
  secretReferences(workspace)
    .filter((reference) => use === undefined || reference.use === use)
    .flatMap((reference) => problemOf(observed, reference) ?? [])

const missed = (workspace: Workspace, observed: Observed): Problem[] =>
  secretsMissed(workspace, (name) => observed.secrets[name] !== undefined).map(({ name }) => ({
    reason: 'SecretMissing',
    message: `Secret ${name} is gone: what auth has stored is sealed with its key, so no new one is made; put it back from a backup`,
  }))

/** Keys that open what is stored: a new one opens nothing. */
const irreplaceable: ReadonlySet<string> = new Set(['keyEncryptionKey'])

/** A Secret of our own that exists but lost a key: making up a new value could lock data away, so a person has to decide. */
const ownProblems = (workspace: Workspace, observed: Observed): Problem[] =>
  wantedSecrets(workspace).flatMap(({ name, values }) =>
    observed.secrets[name]
      ? Object.keys(values)
          .filter((key) => digestIn(observed, { name, key }) === undefined)
          .map((key) => ({
            reason: 'KeyMissing' as const,
            message: `Secret ${name} has lost its key ${key}: put it back${irreplaceable.has(key) ? ', for data is sealed with it' : ', or delete the Secret to have a new one made'}`,
          }))
      : [],
  )

export function credentialsValid(workspace: Workspace, observed: Observed): Finding {
  const problems = [
    ...referenceProblems(workspace, observed),
    ...missed(workspace, observed),
    ...ownProblems(workspace, observed),
  ]
  const [first] = problems
  return first
    ? finding('CredentialsValid', first.reason, problems.map(({ message }) => message).join('; '))
    : finding('CredentialsValid', 'Valid', 'every Secret has its keys')
}
