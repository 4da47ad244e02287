import { Id } from '@codelab/contracts/ids'

/** What a page is asked to show: a project, a session, a link. */
export type Show = { project?: string; session_id?: string; link?: string }

/** Keeps what is to be shown until a page is there to show it. */
export function createShownPlaces(parts: {
  readonly isWatched: () => boolean
  readonly emit: (show: Show) => void
}) {
  let waiting: Show[] = []
  const showWaiting = () => {
    for (const one of waiting) parts.emit(one)
    waiting = []
  }
  const show = (one: Show) => {
    waiting.push(one)
    if (parts.isWatched()) showWaiting()
  }
  return {
    show,
    showWaiting,
    /** Whatever a link asks beyond showing a session, the page asks the person about: any web page can open such a link. */
    showLink: (url: string) => {
      const id = /^codelab:\/\/session\/([^/?#]+)$/.exec(url)?.[1]
      if (id !== undefined && Id.safeParse(id).success) show({ session_id: id })
      else if (url.startsWith('codelab://')) show({ link: url })
    },
  }
}
