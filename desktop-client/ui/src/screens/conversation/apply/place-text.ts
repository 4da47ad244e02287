export type Placing = 'whole' | 'end'

const ended = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

/** A file's text after a piece was put in its place, or at its end; either ends with a line feed, as files do. */
export const placeText = (before: string, piece: string, placing: Placing): string =>
  placing === 'whole' ? ended(piece) : ended(before) + ended(piece)
