// What is written while nothing reaches the server is kept on this device, counted at the foot of the page, and sent once the server answers
// again. It carries the id under which it will be written down, so the server writes it once, however often it arrives.
const $ = (s, r = document) => r.querySelector(s);
const root = document.documentElement;

const place = () => "outbox:" + root.dataset.who; // nobody sends what somebody else wrote
const kept = () => JSON.parse(localStorage.getItem(place()) ?? "[]");
function store(all) {
  all.length ? localStorage.setItem(place(), JSON.stringify(all)) : localStorage.removeItem(place());
  tell();
}

export function tell() {
  const note = $("#offline");
  if (!note) return;
  const n = kept().length;
  note.hidden = navigator.onLine && !n;
  $("[data-off]", note).hidden = navigator.onLine;
  $("[data-kept]", note).hidden = !n;
  $("[data-kept] b", note).textContent = n;
}

// id is made as the server makes its own: the milliseconds since 2020 and 22 random bits, in 13 letters.
function id() {
  let v = BigInt(Date.now() - 1577836800000) << 22n | BigInt(crypto.getRandomValues(new Uint32Array(1))[0] >>> 10), text = "";
  for (let n = 0; n < 13; n++, v >>= 5n) text = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[Number(v & 31n)] + text;
  return text;
}

function keep(form) {
  store([...kept(), { to: form.getAttribute("action"), form: form.dataset.draft, fields: Object.fromEntries(new FormData(form)) }]);
  localStorage.removeItem("draft:" + form.dataset.draft);
  form.reset();
  for (const field of form.querySelectorAll("[data-once]")) field.value = id();
  setTimeout(send, 20000);
}

// send sends what is kept, the oldest first, until the server does not answer.
async function send() {
  let sent = 0;
  for (let one; (one = kept()[0]);) {
    const answer = await fetch(one.to, { method: "POST", body: new URLSearchParams(one.fields), redirect: "manual" }).catch(() => null);
    if (!answer || answer.status === 401 || answer.status === 429 || answer.status >= 500) return void setTimeout(turn, 20000);
    if (answer.status >= 400) giveBack(one); else sent++;
    store(kept().filter(other => other.fields.once !== one.fields.once));
  }
  if (sent) show(sent);
}

// turn lets one page at a time send.
function turn() {
  if (!kept().length) return;
  navigator.locks ? navigator.locks.request("outbox", { ifAvailable: true }, lock => lock && send()) : send();
}

// giveBack puts what the server refused into its form again.
function giveBack(one) {
  const place = "draft:" + one.form, draft = JSON.parse(localStorage.getItem(place) ?? "{}");
  localStorage.setItem(place, JSON.stringify({ ...one.fields, text: [draft.text, one.fields.text].filter(Boolean).join("\n") }));
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: $("#offline").dataset.refused } }));
}

async function show() {
  const writing = [...document.querySelectorAll("form[data-draft] [name=text]")].some(field => field.value);
  if (!writing) await htmx.ajax("GET", location.pathname + location.search, { target: "body", headers: { "HX-Boosted": "true" } }).catch(() => {});
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: $("#offline").dataset.sent } }));
}

// A part that could not be asked for can be asked for again. What was sent and had no answer may have arrived: whoever sent it has to look.
let again = null;
document.addEventListener("htmx:sendError", e => {
  const { requestConfig: asked, pathInfo } = e.detail, form = asked.elt.closest?.("form[data-draft]");
  if (form && asked.verb === "post") return keep(form);
  const note = $("#unreachable"), reads = asked.verb === "get";
  again = reads ? { path: pathInfo.finalRequestPath, source: asked.elt, target: asked.target } : null;
  for (const part of note.querySelectorAll("[data-reads]")) part.hidden = !reads;
  $("[data-sends]", note).hidden = reads;
  note.hidden = false;
});
document.addEventListener("click", e => {
  if (!e.target.closest("#unreachable button")) return;
  $("#unreachable").hidden = true;
  if (again) htmx.ajax("GET", again.path, again.source.isConnected ? again : { target: "body", headers: { "HX-Boosted": "true" } }).catch(() => {});
});
document.addEventListener("htmx:afterOnLoad", () => { const note = $("#unreachable"); if (note) note.hidden = true; turn(); });

addEventListener("online", () => { tell(); turn(); });
addEventListener("offline", tell);
turn();
