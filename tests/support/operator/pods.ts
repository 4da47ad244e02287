import type { Child, Workload } from '@codelab/operator/workspace/child'

/** The children that have pods. */
export const workloadsOf = (children: readonly Child[]): Workload[] =>
  children.filter((child): child is Workload =>
    ['Deployment', 'StatefulSet', 'Job'].includes(child.kind),
  )

/** The one child of a kind and name; throws when there is none. */
export function childOf<Result extends Child = Child>(
  children: readonly Child[],
  kind: string,
  name: string,
): Result {
  const found = children.find((child) => child.kind === kind && child.metadata.name === name)
  if (!found) throw new Error(`there is no ${kind} ${name}`)
  return found as Result
}

export const podOf = (child: Workload) => child.spec.template.spec!
export const containerOf = (child: Workload, index = 0) => podOf(child).containers[index]!

/** The variables of a container as the kubelet sets them, with a value made up for each key of a Secret. */
export function environmentOf(
  child: Workload,
  secretValue: (name: string, key: string) => string,
  index = 0,
): Record<string, string> {
  const set: Record<string, string> = {}
  for (const { name, value = '', valueFrom } of containerOf(child, index).env ?? []) {
    const ref = valueFrom?.secretKeyRef
    set[name] = ref
      ? secretValue(ref.name!, ref.key)
      : value.replaceAll(/\$\$|\$\((\w+)\)/g, (text, variable: string | undefined) =>
          text === '$$' ? '$' : (set[variable!] ?? text),
        )
  }
  return set
}
