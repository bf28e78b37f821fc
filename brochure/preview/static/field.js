// The field for a translation: a copy of its text behind it shows what cannot be seen.
import { button, by, el, fill } from "./dom.js"

const PART = /(<\/?[a-z]+\s*\/?>|%\(\w+\)s)|(\u200b)|(\u2060)|(\u00a0)/g
const SIGNS = [..."«»។៖ៗ", ["␣", "\u00a0", "hard_space"], ["‿", "\u2060", "no_break"], ["·", "\u200b", "may_break"]]
const area = by("text")

by("signs").prepend(...SIGNS.map(([sign, text = sign, name]) => button(sign, () => put(text), { "data-name": name })))
const chips = text => [...text.matchAll(PART)].filter(found => found[1])

// Show a text; the original's chips are offered as buttons.
export function show(text, original) {
  area.value = text
  const all = new Set(chips(original).map(([chip]) => chip))
  fill(by("chips"), [...all].map(chip => button(chip, () => put(chip), { class: "chip" })))
  echo()
}

// In the browser's own way, so that its undo knows of it.
export function put(text, start = area.selectionStart, end = area.selectionEnd) {
  area.focus()
  area.setSelectionRange(start, end)
  document.execCommand(text ? "insertText" : "delete", false, text)
}

function echo() {
  const parts = [], text = area.value
  let at = 0
  for (const { index, 0: part, 1: chip, 2: may, 3: not } of text.matchAll(PART)) {
    parts.push(text.slice(at, index), el("span", { class: chip ? "chip" : `sign ${may ? "zwsp" : not ? "wj" : "nbsp"}` }, part))
    at = index + part.length
  }
  fill(by("echo"), parts, text.slice(at))
}

// What touches a chip takes all of it.
function guard(back, forth) {
  const { selectionStart: start, selectionEnd: end, selectionDirection: direction } = area, lone = start === end
  const touched = chips(area.value).map(({ index, 0: chip }) => [index, index + chip.length])
    .filter(([from, to]) => from < end + (lone && forth) && to > start - (lone && back)).flat()
  if (touched.length) area.setSelectionRange(Math.min(start, ...touched), Math.max(end, ...touched), direction)
}

area.oninput = echo
area.onselectionchange = () => guard(false, false)
area.onkeydown = ({ key }) => guard(key === "Backspace", key === "Delete")
area.onbeforeinput = ({ inputType }) => inputType !== "insertLineBreak"
