/** Between two drawings at least: twenty a second read as one flow. What comes after a rest is drawn at once. */
const shortestMs = 45
const longestMs = 300
/** So many times what the last drawing took is left to the rest of the page: a fast stream takes a seventh of its time, whatever it draws. */
const share = 6
/** Of a page that nobody sees, which gets no pictures. */
const hiddenMs = 100
/** Thousands that come at once are taken in several drawings, so that the page answers between them. */
const mostAtOnce = 500

/** Collects what comes between two drawings and hands it on together, right before a picture of the screen. */
export function createFrameQueue<Item>(take: (items: readonly Item[]) => void) {
  let waiting: Item[] = []
  let planned = false
  /** When the next drawing may begin. */
  let free = 0
  const flush = () => {
    const items = waiting.slice(0, mostAtOnce)
    waiting = waiting.slice(mostAtOnce)
    planned = false
    const began = performance.now()
    free = began + shortestMs
    take(items)
    // Timers run after the picture, so this counts layout and painting too.
    setTimeout(() => {
      const took = performance.now() - began
      free = began + Math.min(longestMs, Math.max(shortestMs, (1 + share) * took))
    })
    if (waiting.length > 0) plan()
  }
  const withNextPicture = () => {
    if (document.hidden) flush()
    else requestAnimationFrame(flush)
  }
  const plan = () => {
    if (planned) return
    planned = true
    const rest = document.hidden ? hiddenMs : free - performance.now()
    if (rest > 0) setTimeout(withNextPicture, rest)
    else withNextPicture()
  }
  return (items: readonly Item[]): void => {
    waiting = waiting.concat(items)
    plan()
  }
}
