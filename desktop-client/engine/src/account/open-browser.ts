import { spawn } from 'node:child_process'

type Opener = { readonly program: string; readonly before: readonly string[] }

const openers: Readonly<Partial<Record<NodeJS.Platform, Opener>>> = {
  darwin: { program: 'open', before: [] },
  win32: { program: 'rundll32', before: ['url.dll,FileProtocolHandler'] },
}
const others: Opener = { program: 'xdg-open', before: [] }

/** Hands an address to the system's program for it; no shell reads it. Answers false when there is no program to ask. */
export async function openAddress({ href }: URL): Promise<boolean> {
  const { program, before } = openers[process.platform] ?? others
  return await new Promise((resolve) => {
    const child = spawn(program, [...before, href], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

/**
 * Asks the system to show a web address. Only http and https pass, so an address that a server chose cannot start a program.
 * Answers false when there is no browser to ask; the person then opens the printed address.
 */
export async function openBrowser(address: string): Promise<boolean> {
  const url = new URL(address)
  return (url.protocol === 'https:' || url.protocol === 'http:') && (await openAddress(url))
}
