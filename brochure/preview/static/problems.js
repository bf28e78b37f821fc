// What is wrong: the list beside the pages, and the banner above them.
import { button, el } from "./dom.js"
import { say } from "./words.js"

const sentence = problem => [el("strong", {}, problem.what), problem.hint ? el("p", { class: "hint" }, problem.hint) : null,
  problem.where ? el("p", { class: "where" }, problem.where) : null]

export const list = (problems, go, close) => [
  el("div", { class: "top" }, el("h2", {}, say("problems", { count: problems.length })), button(say("close"), close, { class: "plain" })),
  problems.length ? el("ul", { class: "problems" }, ...problems.map((problem, index) => el("li", { class: problem.severity },
    problem.key || problem.page ? button("", () => go(index), { "data-index": index }) : el("div", { tabindex: "-1", "data-index": index }))))
    : el("p", {}, say("no_problems"))]

export function listed(side, problems, go, close) {
  side.replaceChildren(...list(problems, go, close))
  for (const node of side.querySelectorAll("[data-index]")) node.append(...sentence(problems[node.dataset.index]).filter(Boolean))
}

export function banner(node, failure, before) {
  const text = JSON.stringify(failure) + before
  if (node.said === text) return
  node.said = text
  node.hidden = !failure.length
  node.replaceChildren(...failure.length ? [el("h2", {}, say(before ? "failed" : "failed_first")),
    el("ul", {}, ...failure.map(problem => el("li", {}, ...sentence(problem).filter(Boolean))))] : [])
}
