import type { Context } from 'koa'
import type { Breakers } from '../routing/breakers.ts'
import type { ModelTable } from '../routing/model-table.ts'

/**
 * `GET /health`, open: this service works. It has no store of its own, and a vendor's outage is not its illness: how many models can be
 * tried just now is told beside it.
 */
export const health = ({ table, breakers }: { table: ModelTable; breakers: Breakers }) =>
  function getHealth(ctx: Context): void {
    const chatting = table.candidates().filter(({ model }) => !model.embeds)
    const available = chatting.filter(
      ({ model: { provider, id: model } }) => breakers.of({ provider, model }).state !== 'open',
    )
    ctx.body = {
      status: 'healthy',
      checks: { llm_proxy: true },
      models: { known: chatting.length, available: available.length },
    }
  }
