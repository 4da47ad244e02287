export type Ready = {
  readonly gateway: string
  readonly agent: string
  readonly llm_proxy: string
  readonly auth: string
  readonly admin: Readonly<Record<string, string>>
  readonly username: string
  readonly password: string
  readonly workspace: string
  readonly models: readonly string[]
}

/** The block for people and, after it, the one line for programs. */
export function announce(
  ready: Ready,
  { data, defaultModel }: { data: string; defaultModel: string },
): string {
  const rows = [
    ['Address', ready.gateway],
    ['User', ready.username],
    ['Password', ready.password],
    [
      'Models',
      ready.models
        .map((model) => (model === defaultModel ? `${model} (default)` : model))
        .join(', '),
    ],
    ['Data', data],
  ]
  const demo =
    defaultModel === 'codelab-demo'
      ? [
          '',
          '  codelab-demo is a scripted stand-in, no real model. Set OPENAI_API_KEY, ANTHROPIC_API_KEY',
          '  or start Ollama, and start again, to talk to one.',
        ]
      : []
  return [
    '',
    '  CodeLab is ready.',
    '',
    ...rows.map(([name, value]) => `  ${`${name}:`.padEnd(10)} ${value}`),
    '',
    '  In a project folder:',
    `    npx codelab login --server ${ready.gateway} --user ${ready.username}`,
    '    npx codelab chat',
    ...demo,
    '',
    '  Ctrl-C stops everything; the data stays.',
    '',
    `ready ${JSON.stringify(ready)}`,
    '',
  ].join('\n')
}
