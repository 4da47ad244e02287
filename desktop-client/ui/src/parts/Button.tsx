import type { ButtonHTMLAttributes } from 'react'
import styles from './Button.module.css'

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  /** `main`: what most people want here; `danger`: it destroys or runs something; `plain`: an icon or a quiet word; `attention`: something waits. */
  readonly look?: 'main' | 'usual' | 'danger' | 'plain' | 'attention'
}

/** A button that sends no form unless it is told to. */
export function Button({ look = 'usual', className = '', type = 'button', ...rest }: Props) {
  return (
    <button {...rest} type={type} className={`${styles['button']} ${styles[look]} ${className}`} />
  )
}
