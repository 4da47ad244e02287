import { readdir, readlink } from 'node:fs/promises'
import { memoryOf } from '../../load/processes.ts'

/** The state of a model's breaker: 0 closed, 1 half open, 2 open, out of the service's own metrics. */
export async function breakerState(adminUrl: string, model: string): Promise<number> {
  const [provider, name] = model.split('/')
  const text = await (await fetch(`${adminUrl}/metrics`)).text()
  const line = new RegExp(
    `^codelab_llm_proxy_breaker_state\\{provider="${provider}",model="${name}"\\} (\\d)$`,
    'm',
  )
  return Number(line.exec(text)?.[1] ?? 0)
}

/** What a process holds: memory (PSS, MiB) and open sockets, by the kernel's count. */
export async function holdings(pid: number): Promise<{ memory: number; sockets: number }> {
  const folder = `/proc/${pid}/fd`
  const links = await Promise.all(
    (await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')),
  )
  const memory = await memoryOf(pid)
  return {
    memory: memory?.pss ?? 0,
    sockets: links.filter((link) => link.startsWith('socket:')).length,
  }
}
