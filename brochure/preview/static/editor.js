// One message beside the pages: what it says in the original, what is typed, whether it fits.
import * as api from "./api.js"
import { button, el } from "./dom.js"
import { Field } from "./field.js"
import { say } from "./words.js"

const REST = 300  // ms without a key before the page is drawn with what is typed
const drafts = new Map()  // what was typed and not saved: it is there again when one comes back

export const unsaved = () => drafts.size > 0

export class Editor {
  constructor(side, hooks) {
    Object.assign(this, { side, hooks })
  }

  async open(id, key, language) {
    this.close()
    const asked = this.asked = {}
    this.side.inert = true  // until the message is there, nothing is typed into the one before
    const got = await api.message(id, key)
    if (this.asked !== asked) return true
    this.side.inert = false
    if (!got.ok) return false
    Object.assign(this, { id, key, language, draft: `${id}/${key}` })
    this.build(got)
    const draft = drafts.get(this.draft)
    this.fill(got, draft)
    if (got.editable) this.field.area.focus()
    if (draft !== undefined) this.attempt()
    return true
  }

  close() {
    clearTimeout(this.timer)
    this.side.inert = false
    this.key = this.id = this.asked = null
  }

  build(got) {
    const { dir, tag } = this.language, section = (word, ...inside) => el("section", { class: "field" }, el("h2", {}, say(word)), ...inside)
    this.gauge = el("div", { class: "gauge", role: "status" })
    this.findings = el("ul", { class: "findings", "aria-live": "polite" })
    this.said = el("p", { role: "status" })
    this.clash = el("div")
    this.field = new Field(say("translation"), tag, dir, () => this.typed())
    this.sure = el("input", { type: "checkbox", onchange: () => this.tell() })
    this.saves = button(say("save"), () => this.save(), { class: "main" })
    this.undoes = button(say("undo"), () => this.undo())
    const similar = got.similar.map(one => el("li", {}, el("p", { class: "hint" }, one.english), el("p", { lang: tag, dir }, one.text),
      button(say("use"), () => this.field.put(one.text, 0, this.field.value.length))))
    this.side.replaceChildren(...[
      el("div", { class: "top" },
        el("div", { class: "group" }, button("↑", () => this.hooks.step(-1), { "aria-label": say("previous"), title: say("previous") }),
          button("↓", () => this.hooks.step(1), { "aria-label": say("next"), title: say("next") })),
        button(say("close"), () => this.hooks.close(), { class: "plain" })),
      this.clash,
      section("original", el("p", { class: "source", lang: this.hooks.source }, got.english)),
      got.old && section("old", el("p", { class: "hint", lang: this.hooks.source }, got.old)),
      got.editable ? section("translation", this.field.root) : el("p", { class: "hint" }, say("locked")),
      this.findings,
      got.editable && el("p", { class: "field" }, el("label", {}, this.sure, ` ${say("fuzzy")}`)),
      got.note && section("note", el("p", { class: "hint lines", lang: this.hooks.source }, got.note)),
      got.comment && section("comment", el("p", { class: "hint lines" }, got.comment)),
      got.terms.length && section("terms", el("ul", { class: "plainlist" }, ...got.terms.map(one =>
        el("li", {}, `${one.term} → `, el("span", { lang: tag }, one.words.join(", ")), one.note ? el("p", { class: "hint" }, one.note) : null)))),
      similar.length && section("similar", el("ul", { class: "plainlist" }, ...similar)),
      got.editable && el("div", { class: "acts" }, this.gauge, this.saves, this.undoes, this.said)].filter(Boolean))
    this.side.hidden = false
  }

  // Show what the server knows of the message; a draft stays in the field.
  fill(got, draft) {
    this.got = got
    this.field.fill(draft ?? got.text, got.english)
    this.sure.checked = got.fuzzy
    this.judge(got.findings, got.gauge)
    this.clash.replaceChildren()
    this.undoes.disabled = !got.undo
    this.tell()
  }

  tell(word) {
    const changed = this.field.value !== this.got.text || this.sure.checked !== this.got.fuzzy
    this.saves.disabled = !changed
    this.said.textContent = word ? say(word) : changed ? say("unsaved") : ""
    if (this.field.value !== this.got.text) drafts.set(this.draft, this.field.value)
    else drafts.delete(this.draft)
  }

  typed() {
    this.tell()
    this.rest()
  }

  rest() {
    this.gauge.classList.add("old")
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.attempt(), REST)
  }

  // The page was drawn anew from the files: what is typed and not saved belongs on it; else what another has saved, here.
  async again() {
    const { id, key, draft } = this
    if (drafts.has(draft)) return this.attempt()
    const got = await api.message(id, key)
    if (!got.ok || this.id !== id || this.key !== key || drafts.has(draft)) return
    if (got.text !== this.field.value || got.fuzzy !== this.got.fuzzy) this.fill(got)
    this.got = got
    this.judge(got.findings, got.gauge)
  }

  async attempt() {
    const { id, key } = this, text = this.field.value
    const got = await api.attempt({ id, key, text })
    if (!got.ok || this.id !== id || this.key !== key || this.field.value !== text) return
    if (got.late) return this.rest()  // something else came between
    this.judge(got.findings, got.gauge)
    this.hooks.lend(id, got.pages, got.failure)
  }

  judge(findings, gauge) {
    this.findings.replaceChildren(...findings.map(one => el("li", { class: one.severity }, el("strong", {}, one.what),
      ...[one.why, one.hint].filter(Boolean).map(text => el("p", { class: "hint" }, text)),
      one.put != null && one.start != null ? button(say("use"), () => this.mend(one)) : null)))
    this.gauge.hidden = !gauge
    this.gauge.classList.remove("old")
    if (!gauge) return
    const known = gauge.lines && gauge.room
    const text = gauge.fits ? say("fits", { lines: gauge.lines, room: gauge.room })
      : gauge.over > 0 ? say("too_long", { lines: Math.ceil(gauge.over) }) : say("too_full")
    const fill = el("i")
    fill.style.width = `${Math.min(100, 100 * (known ? gauge.lines / gauge.room : gauge.share))}%`
    this.gauge.classList.toggle("over", !gauge.fits)
    this.gauge.replaceChildren(el("span", { class: "bar", "aria-hidden": "true" }, fill), el("span", {}, text))
  }

  // Offsets of findings count characters, those of the field UTF-16 units.
  mend({ start, end, put }) {
    const letters = [...this.field.value], units = count => letters.slice(0, count).join("").length
    this.field.put(put, units(start), units(end))
  }

  async save(version = this.got.version) {
    if (!this.key) return false
    if (this.saves.disabled && version === this.got.version) return true
    clearTimeout(this.timer)
    const { id, key, draft } = this, text = this.field.value
    const got = await api.save({ id, key, text, fuzzy: this.sure.checked, version })
    if (this.id !== id || this.key !== key) return false
    if (got.status === 409) return this.differ(got)
    if (!got.ok) {
      this.judge(got.findings ?? [], this.got.gauge)
      this.said.textContent = [say("refused"), ...(got.problems ?? []).map(problem => problem.what)].join(" ")
      return false
    }
    drafts.delete(draft)
    const more = this.field.value === text ? undefined : this.field.value
    if (more === undefined) {
      this.got = got
      this.undoes.disabled = !got.undo
      this.clash.replaceChildren()
      this.judge(got.findings, got.gauge)
      this.tell("saved")
    } else this.got = { ...this.got, text: got.text, version: got.version, undo: got.undo }
    return true
  }

  // Two people have changed one message: both texts, and who wins is said by a person.
  differ(got) {
    const both = { ...this.got, version: got.version, text: got.theirs, fuzzy: got.fuzzy }, { dir, tag } = this.language
    this.clash.replaceChildren(el("section", { class: "merge", role: "alert" }, el("h2", {}, say("conflict")),
      el("blockquote", { lang: tag, dir }, got.theirs), button(say("theirs"), () => { drafts.delete(this.draft); this.fill(both); this.attempt() }),
      el("blockquote", { lang: tag, dir }, this.field.value), button(say("mine"), () => { this.got = both; this.save(got.version) }, { class: "main" })))
    this.clash.querySelector("button").focus()
    return false
  }

  async undo() {
    const got = await api.undo()
    if (got.ok && got.key === this.key) {
      drafts.delete(this.draft)
      this.fill(got)
    } else if (got.ok) this.hooks.visit(got.id, got.key)
    else this.said.textContent = say(got.status === 409 ? "conflict" : "refused")
  }
}
