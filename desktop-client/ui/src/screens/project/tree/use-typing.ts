import { useCallback, useRef } from 'react'

const typingMs = 700

/** Letters that are typed quickly one after the other count as one word. */
export function useTyping(): (letter: string) => string {
  const typed = useRef({ text: '', at: 0 })
  return useCallback((letter) => {
    const now = performance.now()
    const before = now - typed.current.at < typingMs ? typed.current.text : ''
    typed.current = { text: before + letter, at: now }
    return typed.current.text
  }, [])
}
