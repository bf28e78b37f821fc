// Elements. Text only becomes text: nothing here reads HTML.
export const acts = {}  // what can be done, by the word on its button
export const by = id => document.getElementById(id)

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value)
    else if (value != null && value !== false) node.setAttribute(key, value)
  }
  return fill(node, ...children)
}

// What had the focus in it, by its data-key, has it again.
export function fill(node, ...children) {
  const key = node.contains(document.activeElement) && document.activeElement.dataset.key
  node.replaceChildren(...children.flat().filter(Boolean))
  if (key) [...node.querySelectorAll("[data-key]")].find(found => found.dataset.key === key)?.focus({ preventScroll: true })
  return node
}

export const button = (text, onclick, attributes) => el("button", { onclick, ...attributes }, text)
export const hint = (text, attributes) => text && el("p", { class: "hint", ...attributes }, text)

export function choose(menu, rows, chosen) {
  fill(menu, rows.map(([value, text, lang]) => Object.assign(el("option", { lang }, text), { value })))
  menu.value = chosen
}

// A rectangle [x, y, width, height] in fractions of the page, as a place on it.
export function place(node, box) {
  ["left", "top", "width", "height"].forEach((side, at) => { node.style[side] = `${box[at] * 100}%` })
  return node
}
