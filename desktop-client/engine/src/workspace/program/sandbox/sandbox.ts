import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { promisify } from 'node:util'
import { bubblewrapArguments } from './bubblewrap.ts'

/** `auto`: where the system can. `required`: programs are refused where it cannot. */
export type SandboxMode = 'auto' | 'required' | 'off'

export type SandboxSettings = {
  readonly mode: SandboxMode
  /** Programs may use the network. */
  readonly network: boolean
}

export const usualSandbox: SandboxSettings = { mode: 'auto', network: false }

/** What a program will run in; told to the person before they approve. */
export type SandboxState =
  | { readonly kind: 'bubblewrap'; readonly network: boolean }
  /** `reason`: why there is none. `refused`: the settings ask for one, so nothing is started. */
  | { readonly kind: 'none'; readonly reason: string; readonly refused: boolean }

/** The program and the words before a command's own. */
export type Wrapped = { readonly program: string; readonly arguments: readonly string[] }

export type Sandbox = {
  state(): Promise<SandboxState>
  /** Undefined: there is none; see `state`. */
  wrap(where: {
    readonly root: string
    readonly cwd: string
    readonly environment: Readonly<Record<string, string>>
    /** The command's words: what they name was shown, so it may be changed. */
    readonly argv: readonly string[]
  }): Promise<Wrapped | undefined>
}

/** Never looked for on the PATH: a project could have put another one there. */
const places = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/run/current-system/sw/bin/bwrap']

const trialArguments =
  '--ro-bind / / --unshare-all --die-with-parent --dev /dev --proc /proc --tmpfs /tmp true'.split(
    ' ',
  )
const trialMs = 10_000

export type Found = { readonly program: string } | { readonly reason: string }

async function isThere(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** Looks for bubblewrap and tries it once: containers and some systems have it and do not let it work. */
export async function findBubblewrap(candidates: readonly string[] = places): Promise<Found> {
  if (process.platform !== 'linux') return { reason: 'bubblewrap works on Linux only' }
  for (const program of candidates) {
    if (!(await isThere(program))) continue
    try {
      await promisify(execFile)(program, trialArguments, {
        timeout: trialMs,
        env: { PATH: '/usr/bin:/bin' },
      })
      return { program }
    } catch (error) {
      const { stderr = '' } = error as { stderr?: string }
      const said = stderr.trim()
      return {
        reason: `bubblewrap does not work here (${said.slice(0, 200) || 'no reason given'})`,
      }
    }
  }
  return { reason: 'bubblewrap is not installed' }
}

/** For settings: what `auto` comes to here. */
export const availabilityOf = (found: Found): { available: boolean; note?: string } =>
  'program' in found ? { available: true } : { available: false, note: found.reason }

/** Runs programs apart from the rest of the machine. `settings` are read for each program, so that a change holds at once. */
export function createSandbox(
  settings: () => Promise<SandboxSettings>,
  find: () => Promise<Found> = findBubblewrap,
): Sandbox {
  let looking: Promise<Found> | undefined
  const found = () => (looking ??= find())

  const state = async (): Promise<SandboxState & { readonly program?: string }> => {
    const { mode, network } = await settings()
    if (mode === 'off') {
      return { kind: 'none', reason: 'it is turned off in the settings', refused: false }
    }
    const bubblewrap = await found()
    if ('program' in bubblewrap) {
      return { kind: 'bubblewrap', network, program: bubblewrap.program }
    }
    return { kind: 'none', reason: bubblewrap.reason, refused: mode === 'required' }
  }

  return {
    state: async () => {
      const { program: _, ...told } = await state()
      return told
    },
    wrap: async (where) => {
      const now = await state()
      if (now.kind === 'none' || now.program === undefined) return undefined
      const words = await bubblewrapArguments({ ...where, network: now.network })
      return { program: now.program, arguments: words }
    },
  }
}
