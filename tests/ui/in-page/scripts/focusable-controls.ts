/** What Tab must reach, in the document's order; each gets an id of its own. Of a group of radio buttons it is one. */
;(() => {
  const candidates =
    'a[href], button, input, select, textarea, summary, [contenteditable=true], [tabindex]'
  const dialogs = [...document.querySelectorAll('[role=dialog], [role=alertdialog]')]
  const room = dialogs.at(-1) ?? document.body
  let number = 0
  const radios = new Set<string>()
  return (
    [...room.querySelectorAll<HTMLElement>(candidates)]
      .filter(
        (element) =>
          element.tabIndex >= 0 &&
          !element.matches(':disabled') &&
          element.checkVisibility({ visibilityProperty: true }) &&
          element.closest('[inert], [aria-hidden=true]') === null &&
          // Of a conversation only what can be seen is in the document: Tab meets more as it scrolls.
          !element.matches('[role=log] *'),
      )
      .filter((element) => {
        if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true
        const checked = document.querySelector<HTMLInputElement>(
          `input[name="${CSS.escape(element.name)}"]:checked`,
        )
        const stop = checked ?? element
        if (radios.has(element.name) || stop !== element) return false
        radios.add(element.name)
        return true
      })
      // A row of tabs is one stop: the tab in front.
      .filter((element) => !element.matches('[role=tab]'))
      .map(
        (element) =>
          element.querySelector<HTMLElement>(':scope[role=tablist] [data-state=active]') ?? element,
      )
      .map((element) => {
        const name = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)
        element.dataset['stop'] ??=
          `${(number += 1)} ${element.tagName.toLowerCase()} ${name ?? ''}`
        return element.dataset['stop']
      })
  )
})()
