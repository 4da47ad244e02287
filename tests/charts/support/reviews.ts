import type { Api } from './api.ts'

/** What somebody may want to do: one cell of the matrix. Without a namespace: in all of them, or to what has none. */
export type Question = {
  readonly group: string
  /** A subresource after a slash. */
  readonly resource: string
  readonly verb: string
  readonly namespace?: string
  readonly name?: string
}

export type Account = { readonly namespace: string; readonly name: string }

const subject = ({ namespace, name }: Account) => ({
  user: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
})

const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'

/** The API server's own word on one question. */
async function isAllowed(api: Api, account: Account, question: Question): Promise<boolean> {
  const [resource, ...rest] = question.resource.split('/')
  const { group, verb, namespace, name } = question
  const { status, text } = await api.post(path, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      ...subject(account),
      resourceAttributes: { group, resource, subresource: rest.join('/'), verb, namespace, name },
    },
  })
  if (status !== 201) throw new Error(`${path}: ${status} ${text}`)
  return (JSON.parse(text) as { status: { allowed: boolean } }).status.allowed
}

/** `get secrets in team-a`, `create deployments.apps in all namespaces`. */
export const asText = ({ group, resource, verb, namespace, name }: Question): string =>
  [
    verb,
    [resource, group].filter(Boolean).join('.'),
    ...(name ? [name] : []),
    namespace ? `in ${namespace}` : 'everywhere',
  ].join(' ')

/** Those of the questions that the API server answers with yes, as sorted texts. Asks several at once. */
export async function allowed(
  api: Api,
  account: Account,
  questions: readonly Question[],
): Promise<string[]> {
  const answers: string[] = []
  let next = 0
  const ask = async () => {
    for (let question = questions[next++]; question; question = questions[next++])
      if (await isAllowed(api, account, question)) answers.push(asText(question))
  }
  await Promise.all(Array.from({ length: 32 }, ask))
  return answers.toSorted()
}
