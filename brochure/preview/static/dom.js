// Elements. Text only ever becomes text: nothing here reads HTML.
export const by = id => document.getElementById(id)

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value)
    else if (value === true) node.setAttribute(key, "")
    else if (value !== false && value != null) node.setAttribute(key, value)
  }
  node.append(...children.filter(child => child != null && child !== false))
  return node
}

export const button = (text, press, attributes = {}) => el("button", { type: "button", onclick: press, ...attributes }, text)

export const select = (name, label, rows, chosen, change) =>
  choose(el("select", { name, "aria-label": label, title: label, onchange: event => change(event.target.value) }), rows, chosen)

export function choose(menu, rows, chosen) {
  menu.replaceChildren(...rows.map(([value, text, lang]) => Object.assign(el("option", { lang }, text), { value })))
  menu.value = chosen
  return menu
}

// A rectangle [x, y, width, height] in fractions of the page, as a place in its box.
export function place(node, [x, y, width, height]) {
  Object.assign(node.style, { left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` })
  return node
}
