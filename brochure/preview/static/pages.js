// One brochure's pages as they print, with a place to press on every line.
import { button, el, place } from "./dom.js"
import { say } from "./words.js"

export class Pages {
  constructor(press) {
    this.press = press  // null where nothing can be changed
    this.root = el("div", { class: "column" })
    this.leaves = new Map()
    this.got = null
  }

  // Show an answer of the server; a page whose picture is the same is not touched, and nothing moves.
  show(got, title, zoom) {
    this.got = got
    const numbers = new Set(got.pages.map(page => page.number))
    for (const [number, leaf] of this.leaves) if (!numbers.has(number)) { leaf.figure.remove(); this.leaves.delete(number) }
    if (!this.heading) this.root.append(this.heading = el("h1", {}))
    this.heading.textContent = title
    this.heading.lang = this.root.lang = got.language ?? ""
    this.wait?.remove()
    if (!got.pages.length) this.root.append(this.wait = el("p", { class: "waiting" }, say(got.state === "failed" ? "failed_first" : "drawing")))
    this.root.classList.toggle("stale", got.state === "failed")
    for (const page of got.pages) this.put(page)
    this.scale(zoom)
    this.judge()
  }

  put(page) {
    let leaf = this.leaves.get(page.number)
    if (!leaf) {
      const picture = el("img", { alt: "", draggable: "false" }), spots = el("div"), marks = el("div", { class: "marks", "aria-hidden": "true" })
      const box = el("div", { class: "leaf" }, picture, marks, spots), caption = el("figcaption")
      leaf = { box, picture, spots, marks, caption, figure: el("figure", {}, box, caption) }
      this.leaves.set(page.number, leaf)
      const later = [...this.leaves.keys()].filter(number => number > page.number).sort((a, b) => a - b)[0]
      this.root.insertBefore(leaf.figure, later ? this.leaves.get(later).figure : null)
    }
    leaf.page = page
    leaf.caption.textContent = page.name
    leaf.picture.alt = say("picture", { page: page.name })
    leaf.box.style.aspectRatio = `${page.width} / ${page.height}`
    if (leaf.address !== page.picture) swap(leaf, page.picture)
    const drawn = JSON.stringify(page.spots)
    if (leaf.drawn !== drawn) { leaf.drawn = drawn; this.lay(leaf, page) }
    leaf.marks.replaceChildren(...lines(page))
  }

  // The first fragment of a message can be reached by Tab, in reading order; the others are for the pointer.
  lay(leaf, page) {
    const focus = leaf.spots.contains(document.activeElement) ? document.activeElement.dataset.key : null
    const rank = new Map(this.got.order.map((key, index) => [key, index])), seen = new Set()
    const text = Map.groupBy(page.spots, spot => spot.key)
    const ordered = [...page.spots].sort((a, b) => (rank.get(a.key) ?? 1e6) - (rank.get(b.key) ?? 1e6))
    leaf.spots.replaceChildren(...ordered.map(spot => {
      const first = !seen.has(spot.key)
      seen.add(spot.key)
      const about = first ? { "aria-label": text.get(spot.key).map(part => part.text).join("") || spot.key } : { tabindex: "-1", "aria-hidden": "true" }
      const node = this.press
        ? button("", () => this.press(spot.key), { class: "spot", "data-key": spot.key, lang: this.got.language, ...about })
        : el("span", { class: "spot still", "data-key": spot.key, "aria-hidden": "true" })
      const near = on => () => this.each(spot.key, other => other.classList.toggle("near", on))
      node.addEventListener("pointerenter", near(true))
      node.addEventListener("pointerleave", near(false))
      return place(node, spot.box)
    }))
    if (focus) this.spot(focus)?.focus({ preventScroll: true })
    this.point(this.key)
  }

  each(key, visit) {
    for (const node of this.root.querySelectorAll(".spot")) if (node.dataset.key === key) visit(node)
  }

  spot(key) {
    return [...this.root.querySelectorAll(".spot")].find(node => node.dataset.key === key)
  }

  // Mark one message, and bring it into view where it is out of it.
  point(key, show = false) {
    this.key = key
    for (const node of this.root.querySelectorAll(".spot")) node.classList.toggle("on", node.dataset.key === key)
    if (show) this.spot(key)?.scrollIntoView({ block: "nearest", inline: "nearest" })
  }

  judge() {
    const wrong = new Set((this.got.problems ?? []).map(problem => problem.key))
    for (const node of this.root.querySelectorAll(".spot")) node.classList.toggle("wrong", wrong.has(node.dataset.key))
  }

  // Pages drawn with a text that is not saved, until back() or the next show().
  lend(pages) {
    for (const page of pages) this.put(page)
  }

  back() {
    for (const page of this.got?.pages ?? []) this.put(page)
    this.judge()
  }

  scale(zoom) {
    this.root.classList.toggle("fit", zoom === "fit")
    for (const { box, page } of this.leaves.values()) box.style.width = zoom === "fit" ? "" : `${page.width * zoom / 100}mm`
  }
}

// The new picture takes the old one's place when it is there, not before.
function swap(leaf, address) {
  leaf.address = address
  const next = new Image()
  next.onload = () => { if (leaf.address === address) leaf.picture.src = address }
  next.onerror = () => { if (leaf.address === address) leaf.address = null }
  next.src = address
}

function lines(page) {
  const [, y, , height] = page.trim ?? [0, 0, 1, 1]
  const boxes = [["trim", page.trim], ["bleed", page.bleed], ["safe", page.safe]].filter(([, box]) => box)
  return [...boxes.map(([name, box]) => place(el("i", { class: name }), box)),
    ...page.folds.map(fold => place(el("i", { class: "fold" }), [fold, y, 0, height]))]
}
