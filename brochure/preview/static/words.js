// The interface's words, in the language that was chosen, from the project's own catalogs.
import * as api from "./api.js"
let words = {}

export const say = (key, values = {}) => (words[key] ?? key).replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole)

export async function speak(lang) {
  const got = await api.words(lang)
  if (!got.ok) return
  words = got.words
  document.documentElement.lang = got.lang
  document.documentElement.dir = got.dir
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = say(node.dataset.word)
  for (const node of document.querySelectorAll("[data-name]")) node.ariaLabel = node.title = say(node.dataset.name)
}
