// What the server is asked; the answers are described in app.py.
async function ask(address, options) {
  const answer = await fetch(address, options).catch(() => null)
  if (!answer) return { ok: false, status: 0 }  // the program has ended; the line at the top says so
  const body = await answer.json().catch(() => ({}))
  return { status: answer.status, ok: answer.ok, ...body }
}
const post = (address, body) => ask(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })
const safe = encodeURIComponent

export const words = lang => ask(`/api/words?lang=${safe(lang)}`)
export const brochures = () => ask("/api/brochures")
export const brochure = id => ask(`/api/brochures/${safe(id)}`)
export const message = (id, key) => ask(`/api/messages/${safe(id)}/${safe(key)}`)
export const attempt = body => post("/api/try", body)
export const save = body => post("/api/save", body)
export const undo = () => post("/api/undo", {})

export function events(hear) {
  const source = new EventSource("/api/events")
  for (const name of ["brochure", "drawing", "project", "failure"]) source.addEventListener(name, event => hear(name, JSON.parse(event.data)))
  source.onopen = () => hear("open", {})
  source.onerror = () => hear("lost", {})
}
