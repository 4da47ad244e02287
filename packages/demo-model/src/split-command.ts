const word = /"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g

/** Splits a command line into its words; quotes keep words together, nothing else of a shell is understood. */
export const splitCommand = (line: string): string[] =>
  Array.from(line.matchAll(word), ([, double, single, plain]) =>
    double === undefined ? (single ?? plain ?? '') : double.replace(/\\(.)/g, '$1'),
  )
