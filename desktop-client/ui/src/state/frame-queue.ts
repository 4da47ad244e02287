/**
 * Collects what comes between two pictures of the screen and hands it on together, so that fast streams draw the page once per
 * picture. A page that nobody sees gets no pictures: there a timer does it.
 */
export function createFrameQueue<Item>(take: (items: readonly Item[]) => void) {
  let waiting: Item[] = []
  let planned = false
  const flush = () => {
    const items = waiting
    waiting = []
    planned = false
    take(items)
  }
  return (items: readonly Item[]): void => {
    waiting.push(...items)
    if (planned) return
    planned = true
    if (document.hidden) setTimeout(flush, 100)
    else requestAnimationFrame(flush)
  }
}
