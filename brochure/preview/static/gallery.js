// Every brochure as a card with its first page.
import * as api from "./api.js"
import { el } from "./dom.js"
import { say } from "./words.js"

export function gallery(state, languages) {
  const shown = state.brochures.filter(one => (!state.language || one.language === state.language) && (!state.edition || one.edition === state.edition))
  const careers = [...new Set(shown.map(one => one.career))]
  document.title = say("gallery")
  return el("div", { class: "shelf" }, el("h1", {}, say("gallery")), ...careers.map(career => el("section", {},
    el("h2", {}, career), el("ul", { class: "cards" }, ...shown.filter(one => one.career === career).map(one => card(one, languages))))))
}

const card = (one, languages) => el("li", {}, el("a", { class: "card", href: `/?show=${encodeURIComponent(one.id)}` },
  el("span", { class: "thumb", "data-id": one.id }, one.cover ? el("img", { src: one.cover, alt: "" }) : el("span", { class: "blank" })),
  el("span", { class: "label" }, el("strong", {}, one.layout), el("span", {},
    el("span", { lang: one.language }, languages.get(one.language)?.name ?? one.language), ` · ${one.edition}`,
    one.errors + one.warnings ? el("span", { class: one.errors ? "wrong" : "" }, ` · ${say("problems", { count: one.errors + one.warnings })}`) : null))))

// Draw what has no picture yet, one at a time and only what can be seen; an event brings the picture.
export async function fill(main, inView = 1.2) {
  for (const thumb of main.querySelectorAll(".thumb:has(.blank):not(.asked)")) {
    if (thumb.getBoundingClientRect().top > innerHeight * inView) continue
    thumb.classList.add("asked")
    const got = await api.brochure(thumb.dataset.id)
    if (got.state === "waiting") return  // the next one when this one is there
    if (got.ok) cover(main, got)
  }
}

export function cover(main, got) {
  const thumb = [...main.querySelectorAll(".thumb")].find(node => node.dataset.id === got.id)
  if (thumb && got.pages?.length) thumb.replaceChildren(el("img", { src: got.pages[0].picture, alt: "" }))
}
