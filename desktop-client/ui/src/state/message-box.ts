/** Where a message is typed. */
export const messageBox = 'message'

/** Puts the keyboard where a message is typed, as soon as that is drawn. */
export const focusOnMessage = (): void =>
  void requestAnimationFrame(() => document.getElementById(messageBox)?.focus())
