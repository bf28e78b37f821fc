// The project's languages, and this page's words in one of them. A brochure's language may be two: "en+km".
import { get } from "./api.js"
import { el } from "./dom.js"
let known = [], words = {}

export const learn = languages => { known = languages }
const exact = tag => known.find(language => language.tag === tag)
const language = tag => exact(tag) ?? { tag, name: tag, source: true }  // a pseudo-language is made of the source
export const spoken = tags => tags.split("+").every(exact)
export const source = () => known.find(language => language.source)?.tag
export const first = tags => tags.split("+")[0]
export const named = tags => tags.split("+").flatMap((tag, at) => [at && " + ", el("span", { lang: tag }, language(tag).name)])

// The language in which a message is translated: the one asked for, else the first that is no source.
export const translated = (tags, asked) =>
  [asked, ...tags.split("+")].map(language).find(({ source }) => !source) ?? language(first(tags))

export const say = (key, values = {}) => (words[key] ?? key).replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole)

export async function speak(tag) {
  const got = await get(["words"], { lang: tag })
  if (!got.ok) return
  words = got.words
  Object.assign(document.documentElement, { lang: got.lang, dir: got.dir })
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = say(node.dataset.word)
  for (const node of document.querySelectorAll("[data-name]")) {
    node.ariaLabel = say(node.dataset.name)
    node.title = [node.ariaLabel, node.ariaKeyShortcuts].filter(Boolean).join(" · ")
  }
}
