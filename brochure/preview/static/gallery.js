// Every brochure as a card with its first page.
import { get } from "./api.js"
import { el, fill } from "./dom.js"
import { first, named, say } from "./words.js"
let asked = ""

export function gallery(main, brochures) {
  const careers = [...Map.groupBy(brochures, one => one.career).values()]
  fill(main, el("div", { class: "shelf" }, el("h1", {}, say("gallery")), careers.map(group => {
    const { language, title } = group.find(one => one.language === document.documentElement.lang) ?? group[0]
    return el("section", {}, el("h2", { lang: first(language) }, title), el("ul", { class: "cards" }, group.map(card)))
  })))
  // The first without a picture is drawn; an event brings it, and then comes the next.
  const next = brochures.find(({ cover, state }) => !cover && state !== "failed")?.id ?? asked
  if (next !== asked) get(["brochures", asked = next])
}

function card({ id, cover, language, layout, edition, errors, warnings }) {
  const count = errors + warnings
  return el("li", {}, el("a", { class: "card", href: `/?show=${encodeURIComponent(id)}`, "data-key": id },
    el("span", { class: "thumb" }, cover ? el("img", { src: cover, alt: "" }) : el("i")),
    el("strong", {}, named(language)),
    el("span", { class: "hint" }, [layout, edition, count && say("problems", { count })].filter(Boolean).join(" · "))))
}
