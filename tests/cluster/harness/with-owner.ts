/**
 * The command line of a program that ends with its owner: the kernel kills it when the process that started it dies, however
 * that happens. Elsewhere than on Linux, where only a person's own cluster can be used, it is the plain command line.
 */
export const withOwner = (
  command: string,
  args: readonly string[],
): readonly [string, readonly string[]] =>
  process.platform === 'linux'
    ? ['setpriv', ['--pdeathsig', 'KILL', '--', command, ...args]]
    : [command, args]
