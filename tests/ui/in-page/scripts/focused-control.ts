/** Where the focus is, and what keeps a person from seeing that it is there (WCAG 2.4.7 and 2.4.11). */
;(() => {
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element === document.body) return null
  const complaints: string[] = []

  /** Where text is typed the box around it may show the focus, and the caret is there besides. */
  const box = element.closest('.cm-editor') ?? element.closest('form:focus-within')
  const isText = element.matches('textarea, .cm-content')
  const marks = [element, ...(isText && box ? [box] : [])].map((each) => getComputedStyle(each))
  const isMarked = marks.some(
    ({ outlineStyle, outlineWidth, boxShadow }) =>
      (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= (isText ? 1 : 2)) ||
      (isText && boxShadow !== 'none'),
  )
  if (!isMarked) complaints.push('has no outline while it has the focus')

  const { left, right, top, bottom } = element.getBoundingClientRect()
  const [x, y] = [
    (Math.max(left, 0) + Math.min(right, innerWidth)) / 2,
    (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2,
  ]
  const there = document.elementFromPoint(x, y)
  const seen = there !== null && (element.contains(there) || there.contains(element))
  // A separator is thinner than what can be asked for at a point.
  if (!seen && right - left > 2 && bottom - top > 2)
    complaints.push(`is behind ${there?.tagName ?? 'the edge of the window'}`)

  const id =
    element.dataset['stop'] ??
    `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.className}`
  return { id, complaints }
})()
