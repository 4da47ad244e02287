/** Where a message is typed. */
export const messageBox = 'message'

const focus = () => document.getElementById(messageBox)?.focus()

/** Puts the keyboard where a message is typed, as soon as that is drawn. */
export const focusOnMessage = (): void => void requestAnimationFrame(focus)

/** The same, unless something else has the keyboard by then. */
export const focusOnMessageIfFree = (): void =>
  void requestAnimationFrame(() => {
    if (document.activeElement === document.body) focus()
  })
