// One brochure's pages as they print, with a place to press on every line.
import { button, el, fill, place } from "./dom.js"
import { counts } from "./problems.js"
import { first, named, say } from "./words.js"

export class Pages {
  constructor(press) {
    this.press = press  // false where nothing can be changed
    this.root = el("div", { class: "column" })
    this.pictures = new Map()
    this.patches = []
  }

  // Show a server's answer. A page with another picture has no patches.
  show(got) {
    const old = new Set(this.got?.pages.map(({ picture }) => picture))
    this.patches = this.patches.filter(({ number }) => got.pages.some(page => page.number === number && old.has(page.picture)))
    this.got = got
    this.draw()
  }

  // Panels with a text not saved lie over their pages, until others do or the page is another.
  async lend(patches) {
    const asked = this.asked = patches.map(one => ({ ...one, image: el("img", { class: "patch", src: one.picture, alt: "" }) }))
    await Promise.allSettled(asked.map(({ image }) => image.decode()))
    if (this.asked !== asked || !this.got) return
    this.patches = asked
    this.draw()
  }

  // A picture stays the same element: the old one is shown until the new one is there.
  draw() {
    const { language, pages, state } = this.got
    this.root.lang = first(language)
    this.root.classList.toggle("stale", state === "failed")
    fill(this.root, el("h1", {}, named(language)), pages.length ? pages.map(page => this.sheet(page))
      : el("p", {}, say(state === "failed" ? "failed" : "drawing")))
    this.mark(this.key)
  }

  sheet(page) {
    const patches = this.patches.filter(({ number }) => number === page.number), { trim, bleed, safe } = page
    const picture = this.pictures.get(page.number) ?? el("img", { class: "page", decoding: "sync" })
    this.pictures.set(page.number, picture)
    picture.alt = say("picture", { page: page.name })
    if (picture.getAttribute("src") !== page.picture) picture.src = page.picture
    const folds = page.folds.map(fold => ["folds", [fold, trim[1], 0, trim[3]]])
    const marks = [...folds, ["trim", trim], ["bleed", bleed], ["safe", safe]]
    const leaf = el("div", { class: "leaf" }, picture, patches.map(({ image, box }) => place(image, box)),
      marks.map(([name, box]) => box && place(el("i", { class: name }), box)), this.spots(page, patches))
    leaf.style.aspectRatio = page.width / page.height
    const figure = el("figure", { "data-page": page.number }, leaf, el("figcaption", {}, page.name))
    figure.style.setProperty("--width", page.width)
    return figure
  }

  // A patch's lines replace those it hides. Tab goes to each message's first line, in reading order.
  spots(page, patches) {
    const hidden = ({ box: [x, y, width, height] }) => patches.some(({ box: [left, top, wide, high] }) =>
      x + width / 2 > left && x + width / 2 < left + wide && y + height / 2 > top && y + height / 2 < top + high)
    const spots = [...page.spots.filter(spot => !hidden(spot)), ...patches.flatMap(({ spots }) => spots)]
    const rank = ({ key }) => this.got.order.indexOf(key), wrong = this.got.problems.filter(counts).map(({ key }) => key)
    const messages = Map.groupBy(spots.sort((a, b) => rank(a) - rank(b)), ({ key, lang }) => `${key} ${lang}`)
    return [...messages.values()].flatMap(lines => lines.map((spot, at) => {
      const { key, lang, box } = spot, name = `spot ${wrong.includes(key) && "wrong"}`
      const heard = at ? { "aria-hidden": true, tabindex: -1 } : { "aria-label": lines.map(({ text }) => text).join("") }
      const told = { class: name, "data-key": key, lang, disabled: !this.press, ...heard }
      return place(button("", () => this.press(spot), told), box)
    }))
  }

  spot(key, lang) {
    return [...this.root.querySelectorAll(".spot")].find(node => node.dataset.key === key && (!lang || node.lang === lang))
  }

  mark(key, show, lang) {
    this.key = key
    for (const node of this.root.querySelectorAll(".spot")) node.classList.toggle("on", node.dataset.key === key)
    if (show) this.spot(key, lang)?.scrollIntoView({ block: "nearest" })
  }
}
