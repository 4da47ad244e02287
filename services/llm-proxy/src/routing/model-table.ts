import type { Provider, ServedModel } from '../providers/provider.ts'

/** A provider and the models it is set to serve; those it is asked for come on top. */
export type ServedProvider = {
  readonly provider: Provider
  readonly models: readonly ServedModel[]
}

export type Candidate = { readonly provider: Provider; readonly model: ServedModel }

export type ModelTable = ReturnType<typeof createModelTable>

/** A name that nobody serves is worth asking the vendors again, but not at every request. */
const askAgainMs = 5000

const sameName = (model: ServedModel, name: string): boolean =>
  model.id === name || model.vendorId === name

/**
 * All models by name. `provider/model` chooses the provider; a bare name takes the first provider that serves it, in the order of the settings.
 * `refresh` asks the providers that can tell; one that does not answer serves nothing but what the settings say.
 */
export const createModelTable = (
  served: readonly ServedProvider[],
  {
    now,
    onRefreshed,
  }: {
    now: () => number
    /** Told of every answer and every failure, for the log. */
    onRefreshed: (provider: string, outcome: { models: number } | { error: unknown }) => void
  },
) => {
  const discovered = new Map<string, ServedModel[]>()
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined

  const modelsOf = ({ provider, models }: ServedProvider): ServedModel[] => [
    ...models,
    ...(discovered.get(provider.name) ?? []).filter(
      ({ id }) => !models.some((model) => model.id === id),
    ),
  ]

  const list = (): Candidate[] =>
    served.flatMap((entry) => modelsOf(entry).map((model) => ({ provider: entry.provider, model })))

  /** Made anew only when a provider has told what it serves: it is looked into at every request. */
  let known = list()
  const candidates = (): readonly Candidate[] => known

  const find = (name: string): Candidate | undefined => {
    const all = candidates()
    const slash = name.indexOf('/')
    const prefix = name.slice(0, Math.max(slash, 0))
    const bare = name.slice(slash + 1)
    return (
      all.find(({ provider, model }) => provider.name === prefix && sameName(model, bare)) ??
      all.find(({ model }) => sameName(model, name))
    )
  }

  const ask = async (signal: AbortSignal): Promise<void> => {
    askedAt = now()
    await Promise.all(
      served.map(async ({ provider }) => {
        if (!provider.discover) return
        try {
          const models = await provider.discover(signal)
          discovered.set(provider.name, models)
          known = list()
          onRefreshed(provider.name, { models: models.length })
        } catch (error) {
          discovered.delete(provider.name)
          known = list()
          onRefreshed(provider.name, { error })
        }
      }),
    )
  }

  const refresh = (timeoutMs: number): Promise<void> =>
    (asking ??= ask(AbortSignal.timeout(timeoutMs)).finally(() => (asking = undefined)))

  return {
    candidates,
    find,
    /** As `find`, but a name that is not known (yet) is asked for first. */
    async resolve(name: string): Promise<Candidate | undefined> {
      const found = find(name)
      if (found || now() - askedAt < askAgainMs) return found
      await refresh(1000)
      return find(name)
    },
    refresh,
  }
}
