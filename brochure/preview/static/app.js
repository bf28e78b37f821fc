// The page: what is shown is in its address, so that it can be sent to somebody on the same machine.
import * as api from "./api.js"
import { button, by, choose, el, select } from "./dom.js"
import { Editor, unsaved } from "./editor.js"
import { cover, fill, gallery } from "./gallery.js"
import { Pages } from "./pages.js"
import { banner, listed } from "./problems.js"
import { say, speak } from "./words.js"

const main = by("main"), side = by("side")
let state = { brochures: [], languages: [] }, languages = new Map(), view = {}, shown = new Map(), broken = [], at = -1, panel = null

const one = id => state.brochures.find(brochure => brochure.id === id)
const other = (brochure, change) => state.brochures.find(found => ["career", "layout", "edition", "language"]
  .every(part => found[part] === (change[part] ?? brochure[part])))
const twin = brochure => state.brochures.find(found => found.id !== brochure.id && ["career", "layout", "edition"].every(part => found[part] === brochure[part])
  && (languages.get(found.language)?.source || languages.get(brochure.language)?.source))
const title = brochure => languages.get(brochure.language)?.name ?? brochure.language

const editor = new Editor(side, {
  source: "en",
  lend(id, pages, failure) {
    shown.get(id)?.lend(pages)
    if (failure.length) banner(by("banner"), failure, true)
    else report()
  },
  close: () => shut(),
  step: way => neighbour(way),
  visit: (id, key) => go({ show: id, key }),
})

// ---- the address

function read() {
  const given = new URLSearchParams(location.search)
  return { show: given.get("show"), beside: given.has("beside"), marks: given.has("marks"), list: given.has("list"), key: given.get("key"),
    zoom: +given.get("zoom") || "fit", language: given.get("language") ?? "", edition: given.get("edition") ?? state.brochures[0]?.edition ?? "" }
}

function go(change, replace = false) {
  const next = { ...view, ...change }, address = new URLSearchParams()
  if (next.show) for (const name of ["show", "beside", "marks", "list", "key"]) next[name] && address.set(name, next[name] === true ? "" : next[name])
  else for (const name of ["language", "edition"]) address.set(name, next[name])
  if (next.show && next.zoom !== "fit") address.set("zoom", next.zoom)
  history[replace ? "replaceState" : "pushState"](null, "", `/?${address}`)
  return draw()
}

// ---- what is shown

async function draw() {
  const before = view, brochure = one(read().show)
  view = { ...read(), show: brochure?.id }
  choices(brochure)
  if (!brochure) {
    editor.close()
    panel = null
    side.hidden = true
    shown.clear()
    main.replaceChildren(gallery({ ...state, ...view }, languages))
    banner(by("banner"), broken, true)
    return fill(main)
  }
  const pair = [brochure, view.beside && twin(brochure)].filter(Boolean)
  if (pair.map(({ id }) => id).join() !== [...shown.keys()].join()) {
    shown = new Map(pair.map(({ id, language }) => [id, shown.get(id) ?? new Pages(state.edit ? key => press(id, language, key) : null)]))
    main.replaceChildren(el("div", { class: `pair${pair.length > 1 ? " two" : ""}` }, ...[...shown.values()].map(pages => pages.root)))
    if (!before.show) main.scrollTop = 0
  }
  document.title = `${brochure.layout} · ${brochure.language}`
  main.classList.toggle("marked", view.marks)
  for (const pages of shown.values()) pages.got && pages.scale(view.zoom)
  await Promise.all([...shown].map(([id, pages]) => pages.got ? null : fetched(id)))
  beside(before)
}

async function fetched(id) {
  const got = await api.brochure(id), pages = shown.get(id), brochure = one(id)
  if (!got.ok || !pages || !brochure) return
  pages.show({ ...got, language: brochure.language }, title(brochure), view.zoom)
  if (id !== view.show) return
  report()
  choices(brochure)
  if (view.list && panel === "list") beside(view)
  if (editor.id === id) editor.again()
}

function report() {
  const got = shown.get(view.show)?.got
  banner(by("banner"), broken.length ? broken : got?.failure ?? [], Boolean(got?.pages.length))
}

// The side: one message, the problems, or nothing.
function beside(before) {
  const pages = shown.get(view.show)
  if (!pages?.got) return
  for (const each of shown.values()) each.point(view.key)
  if (view.key && state.edit) {
    if (panel === "key" && before.key === view.key && before.show === view.show && (editor.key || editor.asked)) return
    for (const each of shown.values()) each.back()
    panel = "key"
    editor.open(view.show, view.key, languages.get(one(view.show).language) ?? { tag: one(view.show).language }).then(found => found || shut())
    pages.point(view.key, before.key !== view.key)
    return
  }
  if (panel === "key") for (const each of shown.values()) each.back()
  editor.close()
  panel = view.list ? "list" : null
  side.hidden = !view.list
  if (view.list) listed(side, pages.got.problems, index => problem(index), () => go({ list: false, key: null }))
}

function shut() {
  const key = view.key, pages = shown.get(view.show)
  go({ key: null }).then(() => (pages?.spot(key) ?? main).focus({ preventScroll: true }))
}

// In the original beside a translation, a line stands for its translation.
function press(id, language, key) {
  const source = languages.get(language)?.source && shown.size > 1
  go({ show: view.show, key, ...source || id === view.show ? {} : { show: id } })
}

function neighbour(way) {
  const order = shown.get(view.show)?.got?.order ?? [], index = order.indexOf(view.key)
  const key = order[index + way]
  if (key) go({ key })
}

function problem(index) {
  const pages = shown.get(view.show), problems = pages?.got?.problems ?? []
  if (!problems.length) return
  at = (index + problems.length) % problems.length
  const { key, page } = problems[at]
  if (key && pages.spot(key)) {
    go({ key }, true)
    pages.point(key, true)
  } else if (page) pages.leaves.get(page)?.figure.scrollIntoView({ block: "center" })
  side.querySelector(`[data-index="${at}"]`)?.focus()
}

// ---- the controls at the top

function choices(brochure) {
  const form = by("choices"), active = form.contains(document.activeElement) ? document.activeElement.closest("[name]")?.getAttribute("name") : null
  const all = (part, name = value => value) => [...new Set(state.brochures.map(each => each[part]))].map(value => [value, name(value), part === "language" ? value : ""])
  const tongue = value => languages.get(value)?.name ?? value
  const menu = (part, rows, change) => select(part, say(part), rows, (brochure ?? view)[part], change)
  if (!brochure) {
    form.replaceChildren(menu("language", [["", say("every_language")], ...all("language", tongue)], language => go({ language })),
      menu("edition", [["", say("every_edition")], ...all("edition")], edition => go({ edition })))
  } else {
    const near = part => all(part, part === "language" ? tongue : undefined).filter(([value]) => state.brochures.some(each =>
      each[part] === value && each.career === brochure.career && (part !== "edition" || each.layout === brochure.layout)))
    const turn = part => value => go({ show: (other(brochure, { [part]: value })
      ?? state.brochures.find(each => each.career === brochure.career && each[part] === value)).id, key: part === "language" ? view.key : null })
    const toggle = (word, name) => button(say(word), () => go({ [name]: !view[name] }), { "aria-pressed": String(Boolean(view[name])), name })
    const zoom = size => go({ zoom: size }, true)
    const got = shown.get(brochure.id)?.got, count = got?.problems.length ?? brochure.errors + brochure.warnings
    form.replaceChildren(menu("language", near("language"), turn("language")), menu("layout", near("layout"), turn("layout")),
      menu("edition", near("edition"), turn("edition")), ...[
        twin(brochure) && toggle("beside", "beside"),
        got?.pages.some(page => page.folds.length || page.safe || page.bleed) && toggle("marks", "marks"),
        el("div", { class: "group", role: "group", "aria-label": say("size") },
          button("−", () => zoom(Math.max(25, size() - 25)), { "aria-label": say("smaller"), name: "smaller" }),
          button(say("fit"), () => zoom("fit"), { "aria-pressed": String(view.zoom === "fit"), name: "fit" }),
          button("100 %", () => zoom(100), { "aria-pressed": String(view.zoom === 100), name: "full" }),
          button("+", () => zoom(Math.min(300, size() + 25)), { "aria-label": say("larger"), name: "larger" })),
        button(say("problems", { count }), () => go({ list: !view.list, key: null }), { "aria-pressed": String(view.list && !view.key), name: "list",
          class: count ? "some" : "" })].filter(Boolean))
  }
  if (active) form.querySelector(`[name="${active}"]`)?.focus()
}

// The size now, in hundredths of the print's, to the next step of 25.
function size() {
  if (view.zoom !== "fit") return view.zoom
  const leaf = shown.get(view.show)?.leaves.values().next().value
  return leaf ? Math.round(leaf.box.offsetWidth / (leaf.page.width / 25.4 * 96) * 4) * 25 : 100
}

function status(busy = false, lost = false) {
  const node = by("state"), values = { files: state.watching, seconds: state.seconds?.toFixed(2) }
  node.className = `state${lost ? " lost" : busy ? " busy" : ""}`
  node.textContent = say(lost ? "lost" : busy ? "drawing" : state.seconds == null ? "watching_only" : "watching", values)
}

function help() {
  const rows = [["N  P", "key_problems"], ["B", "beside"], ["F", "fit"], ["Alt ↓", "next"], ["Alt ↑", "previous"], ["Ctrl Enter", "key_save"], ["Esc", "close"]]
  const box = el("dialog", { "aria-labelledby": "keys", onclose: () => box.remove() }, el("h2", { id: "keys" }, say("keys")),
    el("dl", {}, ...rows.flatMap(([keys, word]) => [el("dt", {}, ...keys.split(/ +/).flatMap(key => [el("kbd", {}, key), " "])), el("dd", {}, say(word))])),
    button(say("close"), () => box.close()))
  document.body.append(box)
  box.showModal()
}

// ---- keys, events, beginning

addEventListener("keydown", async event => {
  const { key, altKey, ctrlKey, metaKey } = event, typing = event.target.closest("textarea, input, select, dialog")
  if (event.isComposing || document.querySelector("dialog")) return
  const act = work => { event.preventDefault(); work() }
  if (key === "Escape" && view.key) return act(shut)
  if (key === "Escape" && view.list) return act(() => go({ list: false }))
  if ((ctrlKey || metaKey) && key === "Enter" && editor.key) return act(async () => await editor.save() && neighbour(1))
  if (altKey && view.key && (key === "ArrowDown" || key === "ArrowUp")) return act(() => neighbour(key === "ArrowDown" ? 1 : -1))
  if (typing || altKey || ctrlKey || metaKey) return
  if (key === "?") act(help)
  else if (view.show && key === "n") act(() => problem(at + 1))
  else if (view.show && key === "p") act(() => problem(at - 1))
  else if (view.show && key === "b" && twin(one(view.show))) act(() => go({ beside: !view.beside }))
  else if (view.show && key === "f") act(() => go({ zoom: view.zoom === "fit" ? 100 : "fit" }, true))
})

addEventListener("click", event => {
  const link = event.target.closest("a[href^='/']")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  const given = new URL(link.href).searchParams
  go({ show: given.get("show"), key: null, list: false, edition: view.edition || state.brochures[0]?.edition })
  main.focus()
})
addEventListener("popstate", draw)
addEventListener("beforeunload", event => unsaved() && event.preventDefault())
main.addEventListener("scroll", () => view.show || fill(main), { passive: true })

async function listing() {
  const got = await api.brochures()
  if (!got.ok) return
  state = got
  languages = new Map(got.languages.map(language => [language.tag, language]))
  editor.hooks.source = got.languages.find(language => language.source)?.tag ?? ""
  status()
}

const hearing = {
  open: async () => { await listing(); for (const id of shown.keys()) await fetched(id) },
  lost: () => status(false, true),
  drawing: () => status(true),
  project: async () => { await listing(); await draw() },
  failure: ({ problems }) => { broken = problems; report() },
  async brochure({ id }) {
    await listing()
    if (shown.has(id)) return fetched(id)
    if (view.show) return
    cover(main, { ...await api.brochure(id) })
    fill(main)
  },
}

await listing()
const wanted = [localStorage.getItem("tongue"), ...navigator.languages.flatMap(tag => [tag, tag.split("-")[0]]), editor.hooks.source]
const tongue = wanted.find(tag => languages.has(tag)) ?? state.languages[0]?.tag ?? ""
choose(by("tongue"), state.languages.map(({ tag, name }) => [tag, name, tag]), tongue)
by("tongue").addEventListener("change", async event => {
  localStorage.setItem("tongue", event.target.value)
  await speak(event.target.value)
  panel = null
  status()
  draw()
})
await speak(tongue)
by("help").addEventListener("click", help)
status()
await draw()
api.events((name, data) => hearing[name](data))
