import { openaiDialect } from '@codelab/demo-model/openai-dialect'
import { turnOf } from '@codelab/demo-model/chat'
import { startStandIn } from '../../support/vendors/stand-in.ts'
import { calls, says } from '../../support/vendors/replies.ts'
import type { Fault } from '../fault.ts'
import { startFleet, type Fleet } from '../fleet/fleet.ts'
import { ask, edited, proposed, type Outcome } from './conversation.ts'

const sizes = {
  small: { rounds: 1, conversations: 4 },
  full: { rounds: 6, conversations: 20 },
} as const

/** Every process at once, the stores too; all that they had in memory is gone. */
async function killEverything(fleet: Fleet): Promise<void> {
  const members = fleet.members()
  await Promise.all([
    fleet.stores.postgres.kill('SIGQUIT'),
    fleet.stores.redis.kill(),
    ...members.map((member) => member.kill()),
  ])
  await Promise.all(members.map((member) => member.ready()))
}

/** As an update does: each process ends in order behind its successor, then the stores start again. */
async function replaceEverything(fleet: Fleet): Promise<void> {
  for (const member of fleet.members()) await fleet.replace(member)
  await Promise.all([fleet.stores.postgres.kill('SIGINT'), fleet.stores.redis.kill('SIGTERM')])
  await Promise.all(fleet.members().map((member) => member.ready()))
}

/** Writes once per conversation; what it is told of that is the end of its turn. */
const startModel = () =>
  startStandIn(openaiDialect(['codelab-demo'], 'codelab'), {
    script({ messages }) {
      const { asked, steps } = turnOf(messages)
      const name = asked.split(' ')[1] ?? ''
      return steps.length > 0 ? says('It is written.') : calls({ write_file: proposed(name) })
    },
  })

export const approvalRestart: Fault = {
  name: 'approval-restart',
  about:
    'approvals wait while everything is restarted, and are answered, edited, from a second device',
  async run({ folder, say, size }) {
    const { rounds, conversations } = sizes[size]
    const model = await startModel()
    const fleet = await startFleet({ folder, modelUrl: model.url })
    const outcomes: Outcome[] = []
    try {
      const { token } = await fleet.addPerson('ann')
      for (let round = 0; round < rounds; round += 1) {
        const waiting = await Promise.all(
          Array.from({ length: conversations }, () => ask({ server: fleet.gateway, token })),
        )
        say(`round ${round + 1}: ${waiting.length} approvals wait; everything is restarted`)
        await (round % 2 === 0 ? killEverything(fleet) : replaceEverything(fleet))
        outcomes.push(...(await Promise.all(waiting.map((answer) => answer()))))
      }
      for (const crash of fleet.crashes()) say(crash)
    } finally {
      await fleet.stop()
      await model.close()
    }
    const bodies = model.completions().map(({ body }) => JSON.stringify(body))
    const told = outcomes.filter(({ name }) =>
      bodies.some(
        (body) =>
          body.includes('The user changed the arguments') && body.includes(edited(name).content),
      ),
    ).length
    const total = rounds * conversations
    const all = (what: string, holds: (outcome: Outcome) => boolean) => ({
      name: what,
      value: outcomes.filter(holds).length,
      unit: 'count' as const,
      atLeast: total,
    })
    return [
      { name: 'complete restarts', value: rounds, unit: 'count' },
      { name: 'approvals that waited', value: outcomes.length, unit: 'count', atLeast: total },
      all('asked again on the device that came after the restart', (one) => one.pendingOnSecond),
      all('tool run once, with the edited arguments', (one) => one.ranAsEdited),
      all('first device heard of the decision and the end', (one) => one.firstHeard),
      all('later decision answered with a conflict', (one) => one.lateRefused),
      all('same log on every device', (one) => one.sameLog),
      { name: 'model told of the edit', value: told, unit: 'count', atLeast: total },
      {
        name: 'questions to the model beyond two each',
        value: bodies.length - 2 * total,
        unit: 'count',
        atMost: 0,
      },
    ]
  },
}
