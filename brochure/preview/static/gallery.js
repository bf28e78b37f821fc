// Every brochure as a card with its first page.
import { get } from "./api.js"
import { el, fill } from "./dom.js"
import { first, named, say } from "./words.js"
const asked = new Set()

export function gallery(main, brochures) {
  const careers = [...Map.groupBy(brochures, one => one.career).values()]
  fill(main, el("div", { class: "shelf" }, el("h1", {}, say("gallery")), careers.map(group => {
    const { language, title } = group.find(one => one.language === document.documentElement.lang) ?? group[0]
    return el("section", {}, el("h2", { lang: first(language) }, title), el("ul", { class: "cards" }, group.map(card)))
  })))
  // One without a picture is drawn, but once: all may be too many to keep. Its event leads to the next.
  const next = brochures.find(({ id, cover, state }) => !cover && state !== "failed" && !asked.has(id))?.id
  if (next && asked.add(next)) get(["brochures", next])
}

function card({ id, cover, language, layout, edition, errors, warnings }) {
  const count = errors + warnings
  return el("li", {}, el("a", { class: "card", href: `/?show=${encodeURIComponent(id)}`, "data-key": id },
    el("span", { class: "thumb" }, cover ? el("img", { src: cover, alt: "" }) : el("i")),
    el("strong", {}, named(language)),
    el("span", { class: "hint" }, [layout, edition, count && say("problems", { count })].filter(Boolean).join(" · "))))
}
