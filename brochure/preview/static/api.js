// What the server is asked; app.py describes the answers.
async function ask(address, options) {
  const answer = await fetch(`/api/${address}`, options).catch(() => Response.error())  // the program has ended
  return { ...await answer.json().catch(() => ({})), ok: answer.ok, status: answer.status }
}

export const get = (path, query) => ask(`${path.map(encodeURIComponent).join("/")}?${new URLSearchParams(query)}`)
export const post = (name, body) =>
  ask(name, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })

export function events(acts) {
  const source = new EventSource("/api/events")
  for (const [name, act] of Object.entries(acts)) source.addEventListener(name, ({ data }) => act(data && JSON.parse(data)))
}
