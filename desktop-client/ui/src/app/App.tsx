import { useEffect, useMemo } from 'react'
import { usePage } from '../state/store.ts'
import { languageFor, TextsContext, textsIn } from '../texts/texts.ts'
import { SignIn } from '../screens/sign-in/SignIn.tsx'
import { Boundary } from '../parts/Boundary.tsx'
import { Broken } from './Broken.tsx'
import { EngineNotice } from './EngineNotice.tsx'
import { Notices } from './Notices.tsx'
import { useAppearance } from './use-appearance.ts'
import { Workbench } from './Workbench.tsx'

/** Chooses what a person sees: nothing yet, the sign-in, or their work. */
export function App() {
  const application = usePage((state) => state.application)
  const settings = application?.settings.settings
  const language = languageFor(settings?.language ?? 'system', navigator.language)
  const texts = useMemo(() => textsIn(language), [language])
  useAppearance(settings)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return (
    <TextsContext value={texts}>
      <EngineNotice />
      <Notices />
      <Boundary instead={<Broken />}>
        {application &&
          (application.account.state === 'signed_in' ? (
            <Workbench />
          ) : (
            <SignIn account={application.account} />
          ))}
      </Boundary>
    </TextsContext>
  )
}
