/**
 * Controls of which a part cannot be seen, however one scrolls: cut off by the window or by a box around them that does not scroll.
 * What scrolls by itself (an editor, a long text) only has to be whole in its width.
 */
;(() => {
  const interactive =
    'a[href], button, input, select, textarea, summary, [role=tab], [role=separator], [contenteditable=true]'
  const tolerance = 1.5

  const isShown = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.closest('[inert], [aria-hidden=true], .visually-hidden') === null &&
    element.getBoundingClientRect().width > 0

  const describe = (element: Element): string => {
    const name = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)
    return `${element.tagName.toLowerCase()} “${name || element.id}”`
  }

  /** Inside of a box, as far as a person can see it. */
  const insideOf = (box: Element): DOMRect => {
    if (box === document.documentElement) return new DOMRect(0, 0, innerWidth, innerHeight)
    const { left, top } = box.getBoundingClientRect()
    return new DOMRect(
      left + box.clientLeft,
      top + box.clientTop,
      box.clientWidth,
      box.clientHeight,
    )
  }

  const clipsOf = function* (element: Element): Generator<Element> {
    let position = getComputedStyle(element).position
    for (let box = element.parentElement; box !== null; box = box.parentElement) {
      const style = getComputedStyle(box)
      if (position === 'fixed') break
      if (position === 'absolute' && style.position === 'static') continue
      if (style.overflowX !== 'visible' || style.overflowY !== 'visible') yield box
      position = style.position
    }
    yield document.documentElement
  }

  const cutBy = (element: Element, box: Element, isHigh: boolean): string | undefined => {
    const rect = element.getBoundingClientRect()
    const inside = insideOf(box)
    const sides = {
      left: inside.left - rect.left,
      right: rect.right - inside.right,
      // A control that is higher than a box around it is read by scrolling that.
      ...(!isHigh && { top: inside.top - rect.top, bottom: rect.bottom - inside.bottom }),
    }
    const cut = Object.entries(sides).filter(([, pixels]) => pixels > tolerance)
    const where = cut.map(([side, pixels]) => `${side} ${Math.round(pixels)}px`).join(', ')
    return where === ''
      ? undefined
      : `${describe(element)} is cut (${where}) by ${box.tagName}.${box.className}`
  }

  return [...document.querySelectorAll(interactive)].filter(isShown).flatMap((control) => {
    // A line of code may be longer than the page is wide: what scrolls it counts.
    const element = control.closest('.cm-scroller') ?? control
    element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    const boxes = [...clipsOf(element)]
    const { height } = element.getBoundingClientRect()
    const isHigh = boxes.some((box) => insideOf(box).height < height)
    // A box that a person cannot scroll must not have been scrolled by this either.
    const moved = boxes.filter(
      (box) => getComputedStyle(box).overflowY === 'hidden' && box.scrollTop + box.scrollLeft > 0,
    )
    return [
      ...boxes.flatMap((box) => cutBy(element, box, isHigh) ?? []),
      ...moved.map((box) => `${describe(element)} is only reached by moving ${box.className}`),
    ].slice(0, 1)
  })
})()
