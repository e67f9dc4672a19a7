// A person's page: the keys N, C, E, M, V and T begin a note, a call, an email, a meeting, a visit or a task, J and K go on to the next
// person of the list and back; the form shows what belongs to the kind that is chosen.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];

function show(form) {
  const kind = $("[name=kind]:checked", form)?.value, plan = $("[name=plan]", form);
  for (const part of $$("[data-for]", form)) part.hidden = !part.dataset.for.split(" ").includes(kind);
  if (!plan) return;
  const task = kind === "task";
  if (task) plan.checked = true;
  plan.closest("label").hidden ||= task;
  const due = $("[name=due]", form), remind = $("[name=remind]", form);
  due.hidden ||= !plan.checked;
  const planned = task || plan.checked && !plan.closest("label").hidden;
  remind.closest("label").hidden ||= planned;
  $("[name=reminder]", form).hidden ||= planned || !remind.checked;
  const chosen = $("[name=kind]:checked", form);
  $("[type=submit]", form).textContent = planned ? chosen.dataset.plan : chosen.dataset.save;
}

document.addEventListener("change", e => {
  const form = e.target.closest("[data-composer]");
  if (!form) return;
  if (e.target.name === "kind" && e.target.value !== "task" && $("[name=plan]", form)) $("[name=plan]", form).checked = false;
  show(form);
});
document.addEventListener("keydown", e => {
  if (document.documentElement.dataset.keys === "off" || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select") || $("dialog[open]")) return;
  const beside = { j: "next", k: "prev" }[e.key];
  if (beside) return void $(`.top [rel=${beside}]`)?.click();
  const form = $("[data-composer]");
  if (!form) return;
  const radio = $(`[data-key="${CSS.escape(e.key.toUpperCase())}"]`, form);
  if (!radio) return;
  e.preventDefault();
  radio.click();
  $("textarea", form).focus();
});
document.addEventListener("keydown", e => {
  if (e.key === "Escape" && e.target.closest("[data-composer]")) e.target.blur(); // what is typed stays, and the keys work again
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) e.target.closest("[data-composer]")?.requestSubmit();
});
document.addEventListener("reset", e => { if (e.target.matches("[data-composer]")) setTimeout(show, 0, e.target); });
const all = () => $$("[data-composer]").forEach(show);
document.addEventListener("htmx:afterSettle", all);
all();
