/** The session belongs to another holder by now; nothing was written. */
export class Fenced extends Error {
  override readonly name = 'Fenced'
}
