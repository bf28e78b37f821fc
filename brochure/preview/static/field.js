// The field for a translation: a real text field, with a copy of its text behind it that shows what cannot be seen.
import { button, el } from "./dom.js"
import { say } from "./words.js"

const PART = /(<\/?[a-z]+\s*\/?>|%\(\w+\)s)|(\u200b)|(\u2060)|(\u00a0)/g
const CHIP = /<\/?[a-z]+\s*\/?>|%\(\w+\)s/g
const SIGNS = [["«", "«"], ["»", "»"], ["។", "។"], ["៖", "៖"], ["ៗ", "ៗ"], ["␣", "\u00a0", "hard_space"], ["‿", "\u2060", "no_break"], ["·", "\u200b", "may_break"]]

export class Field {
  constructor(label, lang, dir, change) {
    this.echo = el("div", { class: "echo", "aria-hidden": "true", lang, dir })
    this.area = el("textarea", { "aria-label": label, lang, dir, spellcheck: "false", autocomplete: "off",
      oninput: () => { this.draw(); change(this.area.value) }, onbeforeinput: event => this.guard(event), onkeydown: event => this.step(event) })
    this.write = el("div", { class: "write" }, this.echo, this.area)
    this.keys = el("div", { class: "keys", role: "group", "aria-label": say("characters") })
    this.root = el("div", {}, this.write, this.keys)
  }

  get value() { return this.area.value }

  // Show a text; the chips of the original are offered as buttons, since they are hard to type.
  fill(text, original) {
    this.area.value = text
    const chips = [...new Set(original.match(CHIP) ?? [])].map(chip => [chip, chip])
    this.keys.replaceChildren(...[...SIGNS, ...chips].map(([sign, put, word]) =>
      button(sign, () => this.put(put), { class: sign === put && sign.length > 1 ? "chip" : "", "aria-label": word && say(word), title: word && say(word) })))
    this.draw()
  }

  // Through the browser's own editing, so that its undo knows of it.
  put(text, start = this.area.selectionStart, end = this.area.selectionEnd) {
    this.area.focus()
    this.area.setSelectionRange(start, end)
    document.execCommand(text ? "insertText" : "delete", false, text)
  }

  draw() {
    const parts = [], text = this.area.value
    let at = 0
    for (const found of text.matchAll(PART)) {
      parts.push(text.slice(at, found.index), el("span", { class: found[1] ? "chip" : `sign ${found[2] ? "zwsp" : found[3] ? "wj" : "nbsp"}` }, found[0]))
      at = found.index + found[0].length
    }
    this.echo.replaceChildren(...parts, text.slice(at))
  }

  chips() {
    return [...this.area.value.matchAll(CHIP)].map(found => [found.index, found.index + found[0].length])
  }

  // A chip goes as a whole, and nothing is typed into one.
  guard(event) {
    const area = this.area
    let { selectionStart: start, selectionEnd: end } = area
    if (event.inputType === "insertLineBreak") return event.preventDefault()
    if (event.inputType.startsWith("history") || this.wide) return
    const back = event.inputType.includes("Backward"), forth = event.inputType.includes("Forward")
    if (!back && !forth && start === end) return
    for (const [from, to] of this.chips()) {
      const touched = start === end ? (back && from < start && start <= to) || (forth && from <= start && start < to) : from < end && start < to
      if (touched) [start, end] = [Math.min(start, from), Math.max(end, to)]
    }
    if (start === area.selectionStart && end === area.selectionEnd) return
    event.preventDefault()
    this.wide = true
    this.put(event.data ?? "", start, end)
    this.wide = false
  }

  // The caret steps over a chip.
  step(event) {
    const aside = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0, area = this.area
    if (!aside || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || area.selectionStart !== area.selectionEnd) return
    const forth = (getComputedStyle(area).direction === "rtl") !== (aside > 0), at = area.selectionStart
    const chip = this.chips().find(([from, to]) => forth ? from <= at && at < to : from < at && at <= to)
    if (!chip) return
    event.preventDefault()
    area.setSelectionRange(...Array(2).fill(chip[forth ? 1 : 0]))
  }
}
