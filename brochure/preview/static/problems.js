// What is wrong: the list beside the pages, and the banner above them.
import { button, by, el, fill, hint } from "./dom.js"
import { say } from "./words.js"

const KINDS = ["all", "fit", "missing", "fuzzy", "finding", "unsigned", "other"]
export const sentence = one => [el("strong", {}, one.what), hint(one.why), hint(one.hint), hint(one.where)]

export const counts = ({ severity }) => severity === "error" || severity === "warning"
const chosen = (problems, only) => problems.filter(problem => only === "all" || problem.kind === only)

export function list(problems, only, filter, visit) {
  const found = chosen(problems, only)
  const chips = KINDS.map(name => [name, chosen(problems, name).length])
  fill(by("kinds"), chips.filter(([, count]) => count).map(([name, count]) =>
    button([say(name), " ", el("b", {}, count)], () => filter(name), { "aria-pressed": name === only, "data-key": name })))
  fill(by("problems"), found.length ? found.map(problem => el("li", { class: problem.severity },
    button(sentence(problem), () => visit(problem), { "data-key": problem.key }))) : el("li", {}, say("no_problems")))
}

export function banner(failure) {
  const node = by("banner"), said = JSON.stringify(failure)
  if (node.dataset.said === said) return  // it is read out once
  node.dataset.said = said
  node.hidden = !failure.length
  fill(node, el("h2", {}, say("failed")), failure.flatMap(sentence))
}
