/** What a bench does inside the page, by the page's own clock. Loaded into it before its own scripts. */

const nextPicture = () => new Promise((resolve) => requestAnimationFrame(resolve))

const conversation = () => document.querySelector('[role=log]')

/** A text is seen when some of the element that holds it lies within the conversation. */
function shows(text) {
  const room = conversation()?.getBoundingClientRect()
  if (!room) return false
  return [...conversation().querySelectorAll('article')].some((article) => {
    const { top, bottom } = article.getBoundingClientRect()
    return bottom > room.top && top < room.bottom && article.textContent.includes(text)
  })
}

globalThis.bench = {
  /** Clicks a session of the list; milliseconds until the picture with its newest message is out. */
  async open(title, newest) {
    const names = [...document.querySelectorAll('nav li > button')]
    const button = names.find(({ textContent }) => textContent.includes(title))
    if (!button) throw new Error(`there is no ${title} in the list`)
    const began = performance.now()
    button.click()
    while (!shows(newest)) {
      await nextPicture()
      if (performance.now() - began > 20_000) throw new Error(`${newest} is not seen`)
    }
    await nextPicture()
    return performance.now() - began
  },

  /**
   * Scrolls up, so much with each picture, until the text is seen or the time is over; the milliseconds between the pictures.
   * At the top of what is loaded it goes on trying, as a person does. `atTop`: looks for the text there only, which takes no time before.
   */
  async scrollUp({ selector, pixels, text, atTop, forMs }) {
    const element = document.querySelector(selector)
    const isThere = () => text && (!atTop || element.scrollTop === 0) && shows(text)
    const times = []
    const began = await nextPicture()
    let before = began
    while (before - began < forMs && !isThere()) {
      element.scrollTop -= pixels
      const now = await nextPicture()
      times.push(now - before)
      before = now
    }
    return { times, there: text ? shows(text) : undefined }
  },

  /** Notes for each typed character how long it takes until the picture with it is out. */
  noteTyping() {
    const delays = []
    const paint = new MessageChannel()
    const waiting = []
    paint.port1.addEventListener('message', () => {
      for (const began of waiting.splice(0)) delays.push(performance.now() - began)
    })
    paint.port1.start()
    document.addEventListener('keydown', ({ timeStamp }) => {
      requestAnimationFrame(() => {
        waiting.push(timeStamp)
        paint.port2.postMessage(undefined)
      })
    })
    return delays
  },
}
