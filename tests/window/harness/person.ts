import { By, type WebDriver, type WebElement } from 'selenium-webdriver'
import { until } from '../../support/until.ts'

/** A text as XPath writes it; ours hold no double quotes. */
const quoted = (text: string) => `"${text}"`

/** The first of these on the page that can be seen, once there is one. */
export const seen = (driver: WebDriver, what: string, by: By): Promise<WebElement> =>
  until(what, async () => {
    for (const element of await driver.findElements(by))
      if (await element.isDisplayed().catch(() => false)) return element
    return undefined
  })

export const text = (driver: WebDriver, words: string): Promise<WebElement> =>
  seen(driver, `the text ${words}`, By.xpath(`//*[text()[contains(., ${quoted(words)})]]`))

export const button = (driver: WebDriver, name: string): Promise<WebElement> =>
  seen(
    driver,
    `the button ${name}`,
    By.xpath(
      `//button[contains(normalize-space(.), ${quoted(name)}) or @aria-label=${quoted(name)}]`,
    ),
  )

export const field = (driver: WebDriver, label: string): Promise<WebElement> =>
  seen(
    driver,
    `the field ${label}`,
    By.xpath(
      `//*[@aria-label=${quoted(label)}]|//*[@id=//label[normalize-space(.)=${quoted(label)}]/@for]|//label[normalize-space(.)=${quoted(label)}]//input`,
    ),
  )
