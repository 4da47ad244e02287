/** The heading of a call that is asked about: where the keyboard is when it comes to the front. */
export const askedHeading = 'asked-call'

/** A menu that brought a call to the front gives the focus to it, not back to its own button, whose keys are others. */
export function focusOnAsked(event: Event): void {
  const heading = document.getElementById(askedHeading)
  if (!heading) return
  event.preventDefault()
  heading.focus()
}
