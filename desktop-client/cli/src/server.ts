import { type Account, createAccount } from '@codelab/engine/account/account'
import { localServer, serverAddress } from '@codelab/engine/account/server-address'
import { createTokenStore } from '@codelab/engine/account/token-store'
import { readSettings, writeSettings } from '@codelab/engine/settings/settings-file'
import type { Context } from './context.ts'

/** The server in use: the one named, else CODELAB_SERVER, else the last one signed in at, else this machine's. */
export const serverOf = async (context: Context, named?: string): Promise<string> =>
  serverAddress(
    named ??
      context.server ??
      (await readSettings(context.home.folder)).settings.server ??
      localServer,
  )

export async function rememberServer(context: Context, server: string): Promise<void> {
  await writeSettings(context.home.folder, { server })
}

/** The person's account at the server in use. */
export async function accountOf(context: Context, named?: string): Promise<Account> {
  return createAccount({
    server: await serverOf(context, named),
    store: createTokenStore(context.home),
    folder: context.home.folder,
    now: Date.now,
  })
}
