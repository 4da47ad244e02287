import { z } from 'zod'
import type { AgentToolName } from './runs-in-agent.ts'

/** True when a relative path, read with `/` and `\` as separators, stays inside the folder it starts from. */
export function staysInside(path: string): boolean {
  let depth = 0
  for (const part of path.split(/[\\/]/)) {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    if (depth < 0) return false
  }
  return true
}

/** A path below the project folder. Absolute ones and those that climb out are refused before a client sees them. */
export const RelativePath = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !path.includes('\0'), 'must not hold a NUL character')
  .refine((path) => !/^(?:[\\/]|[A-Za-z]:)/.test(path), 'must be relative to the project folder')
  .refine(staysInside, 'must stay inside the project folder')
  .describe('A path relative to the project folder.')

const Limit = z.number().int().min(1).max(10_000)

const gitArguments = z.strictObject({
  path: RelativePath.optional(),
  staged: z.boolean().optional().describe('Look at what is staged.'),
  limit: Limit.optional().describe('At most this many lines or entries.'),
})

export type ToolAction = 'allow' | 'ask' | 'deny'

type Tool = {
  readonly description: string
  readonly arguments: z.ZodObject
  readonly action: 'allow' | 'ask'
}

/** Every tool: what it does, its arguments, and what happens when no rule speaks of it. */
export const tools = {
  read_file: {
    description: 'Read a text file of the project, or some of its lines (1-based, inclusive).',
    arguments: z.strictObject({
      path: RelativePath,
      start_line: z.number().int().min(1).optional(),
      end_line: z.number().int().min(1).optional(),
    }),
    action: 'allow',
  },
  list_files: {
    description: 'List files and folders of the project, leaving out what git ignores.',
    arguments: z.strictObject({
      path: RelativePath.optional(),
      glob: z.string().min(1).max(1024).optional(),
      limit: Limit.optional(),
    }),
    action: 'allow',
  },
  search: {
    description:
      'Search the text of the project files; `regex` makes the pattern a regular expression.',
    arguments: z.strictObject({
      pattern: z.string().min(1).max(4096),
      path: RelativePath.optional(),
      regex: z.boolean().optional(),
      limit: Limit.optional(),
    }),
    action: 'allow',
  },
  'git.diff': {
    description: 'Show changes of the project as a git diff.',
    arguments: gitArguments,
    action: 'allow',
  },
  'git.status': {
    description: 'Show which files of the project changed.',
    arguments: gitArguments,
    action: 'allow',
  },
  'git.log': {
    description: 'Show the latest commits of the project.',
    arguments: gitArguments,
    action: 'allow',
  },
  write_file: {
    description: 'Write a whole text file; the person sees the difference first.',
    arguments: z.strictObject({
      path: RelativePath,
      content: z.string().max(1_048_576),
      create_dirs: z.boolean().optional(),
    }),
    action: 'ask',
  },
  edit_file: {
    description: 'Replace pieces of a text file; each `old` must occur exactly once.',
    arguments: z.strictObject({
      path: RelativePath,
      edits: z
        .array(z.strictObject({ old: z.string().min(1), new: z.string() }))
        .min(1)
        .max(200),
    }),
    action: 'ask',
  },
  create_directory: {
    description: 'Create a folder of the project, with its parents.',
    arguments: z.strictObject({ path: RelativePath }),
    action: 'ask',
  },
  move_file: {
    description: 'Move or rename a file or folder inside the project.',
    arguments: z.strictObject({ path: RelativePath, to: RelativePath }),
    action: 'ask',
  },
  delete_file: {
    description: 'Delete a file of the project.',
    arguments: z.strictObject({ path: RelativePath }),
    action: 'ask',
  },
  execute_command: {
    description:
      'Run a program without a shell: argv[0] is the program, the rest are its arguments.',
    arguments: z.strictObject({
      argv: z.array(z.string().max(32_768)).min(1).max(1024),
      cwd: RelativePath.optional(),
      timeout_s: z.number().int().min(1).max(300).optional(),
    }),
    action: 'ask',
  },
  search_semantic: {
    description:
      'Find passages of the indexed project files by meaning, nearest first, for questions whose words the files may not use. Files may have changed since they were indexed: read a file before you rely on it.',
    arguments: z.strictObject({
      query: z.string().min(1).max(4096).describe('What to look for, in plain words.'),
      limit: z
        .number()
        .int()
        .min(1)
        .max(50)
        .optional()
        .describe('At most this many; 8 by default.'),
    }),
    action: 'allow',
  },
} as const satisfies Record<string, Tool>

export type ToolName = keyof typeof tools
/** The tools that a client executes. */
export type ClientToolName = Exclude<ToolName, AgentToolName>
export type ToolArguments<Name extends ToolName> = z.infer<(typeof tools)[Name]['arguments']>

/** Own properties only: a model may ask for `constructor`. */
export const isToolName = (name: string): name is ToolName => Object.hasOwn(tools, name)

/** Limit on the file tools, bytes; past it `file_too_large`. */
export const maxFileBytes = 1_048_576
/** Limit on a tool's result as JSON, bytes. */
export const maxResultBytes = 1_048_576

/**
 * A rule of the workspace or of a person. A rule without `path` and `command` speaks of every use of the tool.
 * Among the rules that match, the strictest wins: deny, then ask, then allow; where none matches, the tool's own action holds.
 */
export const ApprovalRule = z.strictObject({
  tool: z.string().min(1).max(64).describe('A tool name, or * for all tools.'),
  path: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      'A glob that one of the paths in the arguments must match; for allow, every one of them.',
    ),
  command: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('A glob that the program (argv[0]) must match.'),
  action: z.enum(['allow', 'ask', 'deny']),
  reason: z.string().max(500).optional().describe('Shown to the person and to the model.'),
})
export type ApprovalRule = z.infer<typeof ApprovalRule>

/** The tool in the chat form that models read. */
export const toolDefinition = (name: ToolName) => {
  const { $schema: _, ...parameters } = z.toJSONSchema(tools[name].arguments, { io: 'input' })
  return {
    type: 'function' as const,
    function: { name, description: tools[name].description, parameters },
  }
}
