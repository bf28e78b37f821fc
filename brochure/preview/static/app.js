// The page. What is shown is in its address, which can be sent to a colleague.
import { events, get } from "./api.js"
import { acts, by, choose, el, fill } from "./dom.js"
import * as editor from "./editor.js"
import { gallery } from "./gallery.js"
import { Pages } from "./pages.js"
import { banner, counts, list } from "./problems.js"
import { first, learn, named, say, source, speak, spoken, translated } from "./words.js"

const PARTS = ["language", "layout", "edition"], ADDRESS = ["show", ...PARTS, "beside", "marks", "zoom", "only", "lang", "key"]
const SIZES = [50, 75, 100, 125, 150, 200, 300]
const main = by("main"), looks = by("looks"), screen = by("screen")
let state = {}, view = {}, shown = new Map(), at = -1, rows = []  // the row that was pressed, the keys of all rows

const one = id => state.brochures.find(brochure => brochure.id === id)
const here = () => shown.get(view.show)?.got
const original = brochure => translated(brochure.language).source
const near = brochure => state.brochures.filter(other => !brochure || other.career === brochure.career)
const like = (brochure, other) => PARTS.filter(part => other[part] === brochure[part]).length
const twin = brochure => near(brochure).find(other => original(other) !== original(brochure) && like(brochure, other) === 2)

function read() {
  const given = new URLSearchParams(location.search)
  return Object.fromEntries(ADDRESS.map(name => [name, given.get(name) ?? ""]))
}

const wanted = part => view[part] || (part === "edition" ? state.brochures[0]?.edition : "all")

function go(change) {
  const next = { ...view, ..."key" in change && { lang: null }, ...change }
  history.pushState(null, "", `/?${new URLSearchParams(ADDRESS.filter(name => next[name]).map(name => [name, next[name]]))}`)
  return draw()
}

async function draw() {
  const before = view, brochure = one((view = read()).show)
  choices(brochure)
  if (!brochure) return shelf()
  main.dataset.marks = view.marks
  main.classList.toggle("fit", !view.zoom)
  main.style.setProperty("--zoom", view.zoom / 100)
  const both = [brochure, view.beside && twin(brochure)].filter(Boolean).sort((a, b) => original(b) - original(a))
  const pair = both.map(({ id }) => id)
  if (pair.join() !== [...shown.keys()].join()) {
    // In the original beside a translation, a line stands for its translation.
    const to = pair.at(-1), press = state.edit && !original(one(to)) && (({ key, lang }) => go({ show: to, key, lang }))
    shown = new Map(pair.map(id => [id, new Pages(press)]))
    fill(main, el("div", { class: "pair" }, [...shown.values()].map(pages => pages.root)))
  }
  document.title = [brochure.title, brochure.layout, brochure.language].join(" · ")
  await Promise.all([...shown].map(([id, pages]) => pages.got ?? fetched(id)))
  beside(before)
}

function shelf() {
  editor.close()
  by("side").hidden = true
  shown.clear()
  document.title = say("gallery")
  gallery(main, state.brochures.filter(one => PARTS.every(part => wanted(part) === "all"
    ? part !== "language" || spoken(one.language) : one[part] === wanted(part))))
}

async function fetched(id) {
  const got = await get(["brochures", id]), pages = shown.get(id)
  if (!got.ok || !pages) return
  pages.show(got)
  if (id !== view.show) return
  report()
  choices(one(id))
  beside(view)
  editor.again()
}

function report(failure = []) {
  banner(failure.length ? failure : here()?.failure ?? [])
}

// The side: one message, the problems, or nothing.
function beside(before) {
  const got = here(), editing = Boolean(view.key && state.edit && !original(got))
  if (!got) return
  list(got.problems, view.only, only => { at = -1; go({ only, key: "" }) }, visit)
  by("side").hidden = !editing && !view.only
  by("message").hidden = !editing
  by("list").hidden = editing
  for (const pages of shown.values()) pages.mark(view.key, before.key !== view.key, view.lang)
  const now = keys(course()), { key, only } = view
  if (now.includes(key)) [at, rows] = [now[at] === key ? at : now.indexOf(key), now]
  by("where").textContent = only && `${say(only)} ${at + 1 || "–"} / ${now.length}`
  if (editing) editor.show(view.show, view.key, translated(got.language, view.lang))
  else editor.close()
}

// One step back: from a message to its list, or to the pages.
async function close() {
  const { key, lang } = view
  await go(key ? { key: "" } : { only: "" })
  const place = shown.get(view.show)?.spot(key, lang) ?? main
  place.focus()
}

// What next and previous press: the problems, else every message.
const course = () => [...(view.only ? by("problems") : shown.get(view.show).root).querySelectorAll("button:not([tabindex])")]
const keys = all => all.map(({ dataset }) => dataset.key)

// From a message that is mended and gone, to what stood next to it and still does.
function step(way) {
  const all = course(), now = keys(all), { key } = view, gone = key && !now.includes(key), old = gone ? rows : now
  let next = way < 0 ? Math.max(at, 0) : at
  do next += way
  while (next in old && (old[next] === key || !now.includes(old[next])))
  if (gone) next = next in old ? now.indexOf(old[next]) : Math.min(way, 0)
  at = (next + all.length) % all.length || 0
  all[at]?.focus()
  all[at]?.click()
}

async function visit({ key, lang, page }) {
  await go({ key, lang })
  if (!key) main.querySelector(`[data-page="${page}"]`)?.scrollIntoView()
}

function choices(brochure) {
  for (const part of PARTS) {
    const values = [...new Set(near(brochure).map(one => one[part]))]
    const rows = values.map(value => part === "language" ? [value, named(value), first(value)] : [value, value])
    choose(by(part), brochure ? rows : [["all", `${say(part)}: ${say("all")}`], ...rows], brochure?.[part] ?? wanted(part))
  }
  by("paged").hidden = !brochure
  if (!brochure) return
  by("beside").hidden = !twin(brochure)
  choose(by("zoom"), [["", say("whole")], ...SIZES.map(size => [size, `${size} %`])], view.zoom)
  by("only").textContent = say("problems", { count: here()?.problems.filter(counts).length ?? "…" })
  for (const name of ["beside", "only"]) by(name).ariaPressed = Boolean(view[name])
  for (const box of looks.querySelectorAll("[value]")) {
    box.checked = view.marks.includes(box.value)
    box.parentNode.hidden = !here()?.pages.some(page => page[box.value]?.length)
  }
}

// On a page: to the brochure most like this one.
for (const part of PARTS) by(part).onchange = ({ target: { value } }) => {
  const now = one(view.show), there = near(now).filter(other => other[part] === value)
  go(now ? { show: there.sort((a, b) => like(now, b) - like(now, a))[0].id } : { [part]: value })
}
by("zoom").onchange = ({ target }) => go({ zoom: target.value })

looks.prepend(...["folds", "trim", "bleed", "safe"].map(value =>
  el("label", {}, el("input", { type: "checkbox", value }), el("span", { "data-word": value }))))
looks.onchange = () => go({ marks: [...looks.querySelectorAll(":checked")].map(box => box.value).join(" ") })

// A bank card (ISO/IEC 7810 ID-1) says how long a millimetre is here.
screen.oninput = () => {
  document.documentElement.style.setProperty("--mm", `${screen.value}mm`)
  localStorage.setItem("screen", screen.value)
}

function status(now = "") {
  by("state").className = now
  by("state").textContent = say(now || "watching", { files: state.watching, seconds: state.seconds?.toFixed(2) ?? "–" })
}

Object.assign(acts, {
  go, close, next: () => step(1), previous: () => step(-1), beside: () => go({ beside: view.beside ? "" : "1" }),
  lend(id, patches, failure) { shown.get(id)?.lend(patches); report(failure) },
})
by("only").onclick = () => go({ only: view.only ? "" : "all", key: "" })
addEventListener("click", ({ target: { dataset } }) => acts[dataset.word ?? dataset.name]?.())

// A key presses the button that names it; letters do not where one types.
addEventListener("keydown", async event => {
  const { key, altKey, ctrlKey, target } = event, letter = key.length === 1
  if (event.isComposing || (letter && (altKey || ctrlKey || event.metaKey || target.matches("textarea, input, select")))) return
  const name = [ctrlKey && "Control", altKey && "Alt", key].filter(Boolean).join("+")
  const node = one(view.show) && document.querySelector(`[aria-keyshortcuts~="${CSS.escape(name)}"]`)
  if (!node || looks.matches(":popover-open") || (name === "Escape" && !view.key && !view.only)) return
  event.preventDefault()
  if (name !== "Control+Enter") node.click()
  else if (await acts.save()) step(1)
})
onpopstate = draw

async function listing() {
  const got = await get(["brochures"])
  if (!got.ok) return
  state = got
  learn(got.languages)
  status()
}

await listing()
const tongues = [localStorage.getItem("tongue") ?? "", ...navigator.languages.map(tag => tag.split("-")[0]), source()]
choose(by("tongue"), state.languages.map(({ tag, name }) => [tag, name, tag]), tongues.find(spoken))
by("tongue").onchange = ({ target }) => { localStorage.setItem("tongue", target.value); location.reload() }
screen.value = localStorage.getItem("screen") ?? 1
screen.oninput()
await speak(by("tongue").value)
status()
await draw()
events({
  open: async () => { await listing(); for (const id of shown.keys()) await fetched(id) },
  error: () => status("lost"),
  drawing: () => status("drawing"),
  project: async () => { await listing(); draw() },
  failure: ({ problems }) => shown.size ? fetched(view.show) : banner(problems),
  brochure: async ({ id }) => { await Promise.all([shown.has(id) && fetched(id), listing()]); shown.size || shelf() },
})
