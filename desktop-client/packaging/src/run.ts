import { spawn } from 'node:child_process'

/** Runs a program in front of the person; its failure is this one's. */
export async function run(
  program: string,
  args: readonly string[],
  {
    cwd,
    env = process.env,
    stdin = 'ignore',
  }: { cwd: string; env?: NodeJS.ProcessEnv; stdin?: 'ignore' | 'pipe' },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const child = spawn(program, args, { cwd, env, stdio: [stdin, 'inherit', 'inherit'] })
  child.once('error', reject)
  child.once('exit', (code, signal) =>
    code === 0 ? resolve() : reject(new Error(`${program} ended with ${code ?? signal}`)),
  )
  return promise
}
