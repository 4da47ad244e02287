import { lazy, Suspense, useState, type ComponentType } from 'react'

/**
 * A part that the first picture does without: `fetch` brings it, else its first drawing does. What was fetched before is drawn at once,
 * without a moment of nothing.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let fetched: ComponentType<Props> | undefined
  const take = async () => (fetched ??= await load())
  const OnArrival = lazy(async () => ({ default: await take() }))

  function Later(props: Props) {
    // It stays with what it began with: another component would begin anew.
    const [Part] = useState<ComponentType<Props>>(() => fetched ?? OnArrival)
    return (
      <Suspense>
        <Part {...props} />
      </Suspense>
    )
  }
  /** Done when the part is there. A failure is told where the part is drawn, which asks again. */
  const fetch = () =>
    take().then(
      () => undefined,
      () => undefined,
    )
  return Object.assign(Later, { fetch })
}
