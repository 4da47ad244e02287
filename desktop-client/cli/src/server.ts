import { join } from 'node:path'
import { z } from 'zod'
import { type Account, createAccount } from '@codelab/engine/account/account'
import { readOptional, writePrivateFile } from '@codelab/engine/account/private-file'
import { serverAddress } from '@codelab/engine/account/server-address'
import { createTokenStore } from '@codelab/engine/account/token-store'
import type { Context } from './context.ts'

const localServer = 'http://127.0.0.1:8000'
const Remembered = z.object({ server: z.string() })

const settingsFile = (context: Context) => join(context.home.folder, 'settings.json')

async function lastServer(context: Context): Promise<string | undefined> {
  try {
    const text = await readOptional(settingsFile(context))
    return text === undefined ? undefined : Remembered.parse(JSON.parse(text)).server
  } catch {
    return undefined
  }
}

/** The server in use: the one named, else CODELAB_SERVER, else the last one signed in at, else this machine's. */
export const serverOf = async (context: Context, named?: string): Promise<string> =>
  serverAddress(named ?? context.server ?? (await lastServer(context)) ?? localServer)

export const rememberServer = (context: Context, server: string): Promise<void> =>
  writePrivateFile(settingsFile(context), JSON.stringify({ server }))

/** The person's account at the server in use. */
export async function accountOf(context: Context, named?: string): Promise<Account> {
  return createAccount({
    server: await serverOf(context, named),
    store: createTokenStore(context.home),
    folder: context.home.folder,
    now: Date.now,
  })
}
