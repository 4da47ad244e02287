import type { Problem } from '@codelab/contracts/engine-ui/failures'

/** Something that a person must know and that no screen shows: it stays until they close it. */
export type Notice = {
  readonly id: string
  readonly problem?: Problem
  /** In words of our own, or something that the page does not know. */
  readonly text?: string
}

const mostNotices = 5

const saysSame = (left: Notice, right: Notice) =>
  left.text === right.text && left.problem?.message === right.problem?.message

/** The latest last; what is said already is not said twice. */
export const withNotice = (notices: readonly Notice[], notice: Notice): readonly Notice[] =>
  [...notices.filter((each) => !saysSame(each, notice)), notice].slice(-mostNotices)
