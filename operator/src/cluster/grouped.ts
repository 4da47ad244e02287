export type Grouped<Value> = ReturnType<typeof createGrouped<Value>>

/** Values by group and, inside a group, by id; a group without values is let go. */
export function createGrouped<Value>() {
  const groups = new Map<string, Map<string, Value>>()
  return {
    of: (group: string): ReadonlyMap<string, Value> | undefined => groups.get(group),
    put(group: string, id: string, value: Value): void {
      const members = groups.get(group) ?? new Map<string, Value>()
      members.set(id, value)
      groups.set(group, members)
    },
    take(group: string, id: string): void {
      const members = groups.get(group)
      members?.delete(id)
      if (members?.size === 0) groups.delete(group)
    },
  }
}
