import { z } from 'zod'
import { route } from '../route.ts'
import { Problem } from './failures.ts'

/** The system's browser, a code for another device, or user name and password typed into the window. */
export const SignInWay = z.enum(['browser', 'device', 'password'])
export type SignInWay = z.infer<typeof SignInWay>

/** A sign-in that waits for the person. */
export const SignInAttempt = z.object({
  way: SignInWay,
  /** Where the person confirms; for `browser` the engine has opened it already when `opened`. */
  address: z.string().optional(),
  /** What the person types there; for `device`. */
  code: z.string().optional(),
  opened: z.boolean().optional(),
})
export type SignInAttempt = z.infer<typeof SignInAttempt>

/** The person's sign-in at the server in use. */
export const AccountState = z.object({
  server: z.string(),
  state: z.enum(['signed_out', 'signing_in', 'signed_in']),
  person: z
    .object({ id: z.string(), name: z.string().optional(), roles: z.array(z.string()) })
    .optional(),
  attempt: SignInAttempt.optional(),
  /** Why the last sign-in failed or ended. */
  problem: Problem.optional(),
})
export type AccountState = z.infer<typeof AccountState>

/** What a server offers. */
export const ServerOffer = z.object({ server: z.string(), ways: z.array(SignInWay) })
export type ServerOffer = z.infer<typeof ServerOffer>

const Server = z.string().trim().min(1).max(2048)

export const readAccount = route({
  method: 'get',
  path: '/api/v1/account',
  summary: 'Who is signed in, and where.',
  access: 'page',
  status: 200,
  reply: AccountState,
  fails: ['internal'],
})

export const readOffer = route({
  method: 'get',
  path: '/api/v1/account/offer',
  summary: 'Asks the server in use which ways to sign in it offers.',
  access: 'page',
  status: 200,
  reply: ServerOffer,
  fails: ['forbidden', 'unavailable', 'internal'],
})

export const chooseServer = route({
  method: 'put',
  path: '/api/v1/account/server',
  summary:
    'Asks another server what it offers and, when it answers, uses it from now on; conversations with the former one are closed.',
  access: 'page',
  body: z.strictObject({ server: Server }),
  status: 200,
  reply: ServerOffer,
  fails: ['invalid_request', 'forbidden', 'unavailable', 'internal'],
})

export const signIn = route({
  method: 'post',
  path: '/api/v1/account/sign_in',
  summary:
    'Signs in. `password` answers when it is done; the others answer with what the person must do, and an `account` event tells the end.',
  access: 'page',
  body: z.discriminatedUnion('way', [
    z.strictObject({ way: z.literal('browser') }),
    z.strictObject({ way: z.literal('device') }),
    z.strictObject({
      way: z.literal('password'),
      username: z.string().min(1).max(256),
      password: z.string().min(1).max(4096),
    }),
  ]),
  status: 200,
  reply: AccountState,
  fails: [
    'invalid_request',
    'unauthorized',
    'forbidden',
    'rate_limited',
    'unavailable',
    'internal',
  ],
})

export const cancelSignIn = route({
  method: 'post',
  path: '/api/v1/account/cancel',
  summary: 'Stops a sign-in that waits for the person; harmless when none does.',
  access: 'page',
  status: 200,
  reply: AccountState,
  fails: ['internal'],
})

export const signOut = route({
  method: 'post',
  path: '/api/v1/account/sign_out',
  summary: 'Forgets the sign-in here and ends it at the server; closes all conversations.',
  access: 'page',
  status: 200,
  /** `told_server` false: the server could not be told, the sign-in ends there by itself. */
  reply: z.object({ account: AccountState, told_server: z.boolean() }),
  fails: ['internal'],
})
