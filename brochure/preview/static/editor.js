// One message beside the pages: what it says in the original, what is typed, whether it fits.
import { get, post } from "./api.js"
import { acts, button, by, el, fill, hint } from "./dom.js"
import * as field from "./field.js"
import { sentence } from "./problems.js"
import { say, source } from "./words.js"

const REST = 300  // ms without a key until what is typed is drawn
const side = by("side"), text = by("text"), fuzzy = by("fuzzy"), comment = by("comment"), gauge = by("gauge")
let open = null, got = null, timer = 0  // the message asked for, {id, key, lang}; what the server knows of it

const name = () => JSON.stringify(open)
const typed = () => ({ text: text.value, fuzzy: fuzzy.checked, comment: comment.value })
const alike = (one, other) => Object.keys(typed()).every(part => one[part] === other[part])
const draft = () => JSON.parse(sessionStorage.getItem(name()))  // what is not saved
const forget = () => sessionStorage.removeItem(name())
const read = () => get(["messages", open.id, open.key], { lang: open.lang })

export async function show(id, key, { tag: lang, dir }) {
  const next = { id, key, lang }
  if (JSON.stringify(next) === name()) return
  close()
  open = next
  side.inert = true  // nothing is typed into the message before
  const answer = await read()
  if (open !== next) return
  side.inert = false
  if (!answer.ok) return acts.close()
  for (const node of [text, by("echo"), by("similar")]) Object.assign(node, { lang, dir })
  for (const node of [by("english"), by("note"), by("terms")]) node.lang = source()
  take(answer)
  text.focus()
  if (draft()) attempt()
}

export function close() {
  clearTimeout(timer)
  side.inert = false
  if (open) acts.lend(open.id, [])
  open = got = null
}

// Show what is known; a draft stays in the fields.
function take(answer, word) {
  const now = draft() ?? answer, { changes, note, terms, similar } = answer
  if (!got || text.value !== now.text) field.show(now.text, answer.english)
  got = answer
  fuzzy.checked = now.fuzzy
  comment.value = now.comment
  by("original").textContent = say(changes.length ? "changed" : "original")
  by("undo").disabled = !got.undo
  fill(by("clash"))
  fill(by("note"), note)
  fill(by("english"), changes.map(({ text, kind }) => el({ same: "span", gone: "del", new: "ins" }[kind], {}, text)))
  if (!changes.length) by("english").textContent = got.english
  fill(by("terms"), terms.map(({ term, words, note }) =>
    el("li", {}, term, " → ", el("span", { lang: open.lang }, words.join(", ")), hint(note))))
  fill(by("similar"), similar.map(one => el("li", {}, hint(one.english, { lang: source() }), el("p", {}, one.text),
    button(say("use"), () => field.put(one.text, 0, text.value.length)))))
  judge(got)
  tell(word)
}

function tell(word = "") {
  const same = alike(typed(), got), { approval, signs } = got, { stands } = approval ?? {}
  same ? forget() : sessionStorage.setItem(name(), JSON.stringify(typed()))
  by("save").disabled = same
  by("said").textContent = say(same ? word : "unsaved")
  by("approval").textContent = approval ? say(stands ? "approved" : "approved_before", approval) : ""
  by("approve").hidden = !signs || stands || !same || got.fuzzy || !got.text
}

function rest() {
  gauge.className = "old"
  clearTimeout(timer)
  timer = setTimeout(attempt, REST)
}

// The answer, or null where another message is shown.
async function ask(path, more) {
  const asked = open, answer = await post(path, { ...open, ...more })
  return open === asked ? answer : null
}

async function attempt() {
  const tried = text.value, answer = await ask("try", { text: tried })
  if (!answer?.ok || text.value !== tried) return
  if (answer.late) return rest()  // something else came between
  judge(answer)
  acts.lend(open.id, answer.patches, answer.failure)
}

// The page was drawn anew: a draft goes on it, or what others saved comes here.
export async function again() {
  if (!got) return
  if (draft()) return attempt()
  const asked = open, answer = await read()
  if (answer.ok && open === asked && !draft()) answer.version === got.version ? judge(answer) : take(answer)
}

function judge({ findings, gauge: found }) {
  fill(by("findings"), findings.map(one => el("li", { class: one.severity }, sentence(one),
    one.put != null && button(say("use"), () => mend(one)))))
  gauge.hidden = !found
  if (!found) return
  const { lines, room, share, over, fits } = found, [bar, words] = gauge.children
  gauge.className = fits ? "" : "over"
  bar.value = lines && room ? lines / room : share
  words.textContent = fits ? say("fits", { lines, room }) : over > 0 ? say("too_long", { lines: over }) : say("too_full")
}

// Offsets of findings count characters, those of the field UTF-16 units.
function mend({ start, end, put }) {
  const letters = [...text.value], units = count => letters.slice(0, count).join("").length
  field.put(put, units(start), units(end))
}

// Whether what is typed is in the file now.
acts.save = async () => {
  if (!got || by("save").disabled) return Boolean(got)
  clearTimeout(timer)
  const sent = typed(), answer = await ask("save", { ...sent, version: got.version })
  if (!answer?.ok) return refused(answer)
  if (alike(sent, typed())) forget()
  take(answer, "saved")
  return true
}

acts.approve = async () => {
  const answer = await ask("approve", { version: got.version })
  if (answer?.ok) take(answer)
  else refused(answer)
}

acts.undo = async () => {
  const answer = await post("undo", {})
  if (!answer.ok) return refused(answer)
  if (answer.key !== open?.key) return acts.go({ show: answer.id, key: answer.key })
  forget()
  take(answer)
}

function refused(answer) {
  if (!answer) return false
  const { status, findings, problems = [] } = answer
  if (findings) judge({ ...got, findings })
  by("said").textContent = [say("refused"), ...problems.map(({ what }) => what)].join(" ")
  if (status === 409) differ(answer)
  return false
}

// Two people have changed one message: a person says who wins.
function differ({ theirs, fuzzy, comment, version }) {
  const other = { ...got, text: theirs, fuzzy, comment, version }
  const yielding = button(say("theirs"), () => { forget(); take(other); attempt() })
  fill(by("clash"), el("h2", {}, say("conflict")), el("p", { lang: open.lang }, theirs), hint(comment),
    yielding, button(say("mine"), () => { got = other; tell(); acts.save() }, { class: "main" }))
  yielding.focus()
}

text.addEventListener("input", () => { tell(); rest() })
for (const node of [fuzzy, comment]) node.oninput = () => tell()
