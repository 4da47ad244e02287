import { join } from 'node:path'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { signIn } from '../support/socket.ts'

export type SignedIn = {
  readonly platform: StartedPlatform
  readonly gateway: string
  readonly token: string
  readonly refreshToken: string
}

/** Runs the whole platform in a process of its own, with the model at `modelUrl`, while `use` lasts. */
export async function withPlatform<Result>(
  { folder, modelUrl }: { folder: string; modelUrl: string },
  use: (signedIn: SignedIn) => Promise<Result>,
): Promise<Result> {
  const platform = await startPlatform({
    data: join(folder, 'data'),
    env: { OPENAI_API_KEY: 'sk-bench', OPENAI_BASE_URL: `${modelUrl}/v1` },
  })
  try {
    const { gateway, username, password } = platform.ready
    const tokens = await signIn(gateway, username, password)
    return await use({
      platform,
      gateway,
      token: tokens.access_token,
      refreshToken: tokens.refresh_token,
    })
  } catch (error) {
    throw new Error(`the platform said:\n${platform.output().slice(-4_000)}`, { cause: error })
  } finally {
    await platform.stop()
  }
}
