// The list of people: choosing rows, the bar of what to do with them, and the keys J, K, X and F.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const boxes = () => $$("[data-list] [name=person]");

function count() {
  const bar = $("[data-list] .bulk");
  if (!bar) return;
  const all = boxes(), n = all.filter(b => b.checked).length;
  $("[data-count]", bar).textContent = n;
  for (const b of all) b.checked ? b.closest("tr").setAttribute("aria-selected", "true") : b.closest("tr").removeAttribute("aria-selected");
  const whole = $("[data-list] [data-all]");
  whole.checked = n > 0 && n === all.length;
  whole.indeterminate = n > 0 && n < all.length;
}

let last = null;
document.addEventListener("click", e => {
  if (!e.target.matches?.("[data-list] [name=person]")) return;
  const all = boxes();
  if (e.shiftKey && last && all.includes(last)) {
    const [a, b] = [all.indexOf(last), all.indexOf(e.target)].sort((x, y) => x - y);
    for (const box of all.slice(a, b + 1)) box.checked = e.target.checked;
  }
  last = e.target;
});
document.addEventListener("change", e => {
  if (e.target.matches("[data-list] [data-all]")) for (const b of boxes()) b.checked = e.target.checked;
  if (e.target.closest("[data-list]")) count();
});
// An act on many is sent once: of a second time nobody could take it back.
document.addEventListener("submit", e => {
  if (!e.target.matches("[data-list]") || e.submitter?.hasAttribute("formaction")) return;
  if (e.target.dataset.sent) e.preventDefault();
  e.target.dataset.sent = "1";
});
addEventListener("pageshow", () => $$("[data-list]").forEach(f => delete f.dataset.sent));
document.addEventListener("reset", e => { if (e.target.matches("[data-list]")) setTimeout(count); });
let at = -1;
document.addEventListener("htmx:afterSettle", e => { if (e.target === document.body) at = -1; count(); });
document.addEventListener("keydown", e => {
  if (document.documentElement.dataset.keys === "off" || $("dialog[open]") || e.target.closest("input:not([type=checkbox]), textarea, select") || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "f") return void $("[data-filter]")?.click();
  if (e.key === "Escape" && !$("details.menu[open]")) return void (boxes().some(b => b.checked) ? $("[data-list]").reset() : $("[data-close]")?.click());
  if (!$("[data-list]")) return;
  const rows = $$("[data-list] tbody tr");
  const here = rows.findIndex(r => r.contains(document.activeElement));
  if (here >= 0) at = here;
  const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (step) {
    at = Math.min(Math.max(at + step, 0), rows.length - 1);
    $("a.who", rows[at])?.focus();
    e.preventDefault();
  } else if (e.key.toLowerCase() === "x" && at >= 0) {
    $("[name=person]", rows[at])?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: e.shiftKey }));
  }
});
count();
