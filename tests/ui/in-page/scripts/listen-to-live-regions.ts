/**
 * Notes what a screen reader would be given to say from now on: each change of text inside a live region, as often as the page is
 * drawn. `globalThis.announced` has it, `assertive: …` where it interrupts.
 */
;(() => {
  const announced: string[] = []
  Object.assign(globalThis, { announced })
  const implicit: Readonly<Record<string, string>> = {
    alert: 'assertive',
    status: 'polite',
    log: 'polite',
  }
  const regionOf = (node: Node): Element | null => {
    const element = node instanceof Element ? node : node.parentElement
    return element?.closest('[aria-live], [role=alert], [role=status], [role=log]') ?? null
  }
  const liveness = (region: Element): string =>
    region.getAttribute('aria-live') ?? implicit[region.getAttribute('role') ?? ''] ?? 'off'

  const said = new Map<Element, string>()
  const note = (region: Element) => {
    const text = (region.textContent ?? '').trim()
    if (said.get(region) === text) return
    said.set(region, text)
    if (text !== '') announced.push(`${liveness(region)}: ${text}`)
  }
  for (const region of document.querySelectorAll(
    '[aria-live], [role=alert], [role=status], [role=log]',
  ))
    said.set(region, (region.textContent ?? '').trim())
  new MutationObserver((changes) => {
    const touched = changes.flatMap(({ target, addedNodes }) => [
      regionOf(target),
      ...[...addedNodes].map((node) =>
        node instanceof Element
          ? (node.querySelector('[aria-live], [role=alert], [role=status], [role=log]') ??
            regionOf(node))
          : regionOf(node),
      ),
    ])
    for (const region of new Set(touched))
      if (region !== null && liveness(region) !== 'off') note(region)
  }).observe(document.body, { subtree: true, childList: true, characterData: true })
})()
