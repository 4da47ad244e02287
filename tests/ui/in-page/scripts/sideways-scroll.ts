/** Boxes that a person would have to scroll sideways; code and the rows of editors may be longer than the page is wide. */
;(() => {
  const mayBeWide = 'pre, .cm-scroller, [role=tablist], table'
  return [document.documentElement, ...document.querySelectorAll('*')]
    .filter((box) => {
      const { overflowX } = getComputedStyle(box)
      const scrolls =
        overflowX === 'auto' || overflowX === 'scroll' || box === document.documentElement
      return scrolls && box.scrollWidth > box.clientWidth + 1 && box.closest(mayBeWide) === null
    })
    .map(
      (box) => `${box.tagName}.${box.className} is ${box.scrollWidth} wide in ${box.clientWidth}`,
    )
})()
