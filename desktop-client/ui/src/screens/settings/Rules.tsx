import type { NarrowingRule, SettingsChange } from '@codelab/contracts/engine-ui/settings'
import { tools } from '@codelab/contracts/tools'
import { useState } from 'react'
import { Button } from '../../parts/Button.tsx'
import { Field } from '../../parts/Field.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './SettingsView.module.css'

/** Rules of this computer: they make the workspace's stricter and never looser. */
export function Rules({
  rules,
  onChange,
}: {
  readonly rules: readonly NarrowingRule[]
  readonly onChange: (change: SettingsChange) => void
}) {
  const texts = useTexts().settings
  const [tool, setTool] = useState('*')
  const [action, setAction] = useState<NarrowingRule['action']>('ask')
  const [path, setPath] = useState('')
  const add = () => {
    const rule = { tool, action, ...(path.trim() !== '' && { path: path.trim() }) }
    onChange({ approval_rules: [...rules, rule] })
    setPath('')
  }
  return (
    <fieldset className={styles['rules']}>
      <legend>{texts.rules}</legend>
      <p className={styles['hint']}>{texts.rulesHint}</p>
      <ul>
        {rules.map((rule, index) => (
          <li key={index}>
            <code>{rule.tool}</code> {rule.path && <code>{rule.path}</code>}{' '}
            {rule.command && <code>{rule.command}</code>} → {texts.actions[rule.action]}
            <Button
              look="plain"
              onClick={() => onChange({ approval_rules: rules.filter((_, at) => at !== index) })}
            >
              {texts.removeRule}
            </Button>
          </li>
        ))}
      </ul>
      <form
        className={styles['newRule']}
        aria-label={texts.addRule}
        onSubmit={(event) => {
          event.preventDefault()
          add()
        }}
      >
        <select
          aria-label={texts.ruleTool}
          value={tool}
          onChange={(event) => setTool(event.target.value)}
        >
          <option value="*">{texts.anyTool}</option>
          {Object.keys(tools).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <Field
          label={texts.rulePath}
          value={path}
          spellCheck={false}
          onChange={(event) => setPath(event.target.value)}
        />
        <select
          aria-label={texts.ruleAction}
          value={action}
          onChange={(event) => setAction(event.target.value as NarrowingRule['action'])}
        >
          <option value="ask">{texts.actions.ask}</option>
          <option value="deny">{texts.actions.deny}</option>
        </select>
        <Button type="submit">{texts.addRule}</Button>
      </form>
    </fieldset>
  )
}
