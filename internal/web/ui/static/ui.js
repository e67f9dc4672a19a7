// The site's few lines of script. Everything else is HTML from the server, swapped by htmx. Listeners hang on the document, because pages are
// swapped in and out under it. A section with keys of its own has a module beside this one; it is imported here.

import "./list.js";
import "./menu.js";
import { tell } from "./outbox.js";
import "./person.js";

const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const root = document.documentElement;

// Theme: follows the system until the person chooses; the server reads the cookie, so that the first paint has it.
const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
function switchTheme() {
  root.dataset.theme = isDark() ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
}

// Command palette.
const palette = () => $("#palette");
function openPalette() {
  const p = palette();
  if (!p || p.open) return;
  p.showModal();
  const input = $("input", p);
  input.value = "";
  waiting = null;
  htmx.trigger(input, "open");
}
function pick(step) {
  const all = $$("[role=option]", palette()), now = all.findIndex(o => o.ariaSelected === "true");
  if (!all.length) return;
  all[now]?.setAttribute("aria-selected", "false");
  const next = all[(now + step + all.length) % all.length];
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  $("input", palette()).setAttribute("aria-activedescendant", next.id);
}
function follow(option, newTab) {
  const url = option?.dataset.url;
  if (!url) return;
  if (newTab) return void open(url, "_blank", "noopener");
  palette().close();
  location.href = url;
}

// Enter that comes before its results waits for them, so that it never opens those of what was typed before.
const current = () => $("#palette-count").dataset.words === $("input", palette()).value.trim();
let waiting = null;
function enter(newTab) {
  if (current()) return follow($("[aria-selected=true]", palette()), newTab);
  waiting = { newTab };
}
// Its form is sent only where there is no script; the keyboards of some phones send it without a key.
document.addEventListener("submit", e => {
  if (!e.target.closest("#palette .find")) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  if (palette().open) enter();
}, true);
document.addEventListener("htmx:afterSettle", e => {
  if (!e.target.closest?.("#palette-list")) return;
  $("input", palette()).setAttribute("aria-activedescendant", $("[aria-selected=true]", palette())?.id ?? "");
  if (!waiting || !current() || !palette().open) return;
  const { newTab } = waiting;
  waiting = null;
  follow($("[aria-selected=true]", palette()), newTab);
});

document.addEventListener("click", e => {
  if (e.target.closest("[data-theme-switch]")) return switchTheme();
  if (e.target.closest("[data-palette]") && palette()) { e.preventDefault(); e.stopPropagation(); return openPalette(); }
  if (e.target.closest("[data-keys-help]")) return $("#keys").showModal();
  if (e.target.matches("dialog[open]")) return e.target.close();
  const option = e.target.closest("#palette [role=option]");
  if (option) follow(option, e.ctrlKey || e.metaKey);
}, true);

// Go-to keys: G, then a letter. Single keys are off while typing, and where the person switched them off.
const go = { t: "/", p: "/people", l: "/loop", i: "/imports" };
let g = 0;
const typing = e => e.target.closest?.("input, textarea, select, [contenteditable]") || root.dataset.keys === "off";
document.addEventListener("keydown", e => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") { e.preventDefault(); return openPalette(); }
  if (palette()?.open) {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); return pick(e.key === "ArrowDown" ? 1 : -1); }
    if (e.key === "Enter") { e.preventDefault(); enter(e.ctrlKey || e.metaKey); }
    return;
  }
  if (typing(e) || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "g") return void (g = Date.now());
  if (Date.now() - g < 900 && go[e.key]) { g = 0; e.preventDefault(); return void (location.href = go[e.key]); }
  if ($("dialog[open]")) return;
  if (e.key === "/") { e.preventDefault(); return openPalette(); }
  if (e.key === "?") return $("#keys")?.showModal();
  if (e.key === "a" && $("a[href='/people/new']")) location.href = "/people/new";
});

// Toasts go after eight seconds, unless somebody is about to use them.
function fade(toast) {
  const end = () => toast.matches(":hover, :focus-within") ? setTimeout(end, 2000) : toast.remove();
  setTimeout(end, 8000);
}
document.addEventListener("toast", e => {
  const home = $("#toasts"), toast = document.createElement("div");
  toast.className = "toast";
  toast.append(e.detail.text);
  if (e.detail.undo) {
    const form = document.createElement("form"), button = document.createElement("button");
    form.method = "post"; form.action = e.detail.undo; button.className = "btn sm"; button.textContent = home.dataset.undo;
    form.append(button); toast.append(form);
  }
  home.replaceChildren(toast);
  fade(toast);
});

// Drafts: a form with data-draft keeps what is typed on this device until it is sent.
const draftKey = form => "draft:" + form.dataset.draft;
document.addEventListener("input", e => {
  const form = e.target.closest?.("form[data-draft]");
  if (form) localStorage.setItem(draftKey(form), JSON.stringify(Object.fromEntries([...new FormData(form)].filter(([, v]) => typeof v === "string"))));
});
document.addEventListener("htmx:afterRequest", e => {
  const form = (e.detail.requestConfig?.elt ?? e.target).closest?.("form[data-draft]"); // a form that was swapped away hears nothing itself
  if (form && e.detail.successful) { localStorage.removeItem(draftKey(form)); if ("reset" in form.dataset) form.reset(); }
});
function restoreDrafts() {
  for (const form of $$("form[data-draft]")) {
    const kept = JSON.parse(localStorage.getItem(draftKey(form)) ?? "{}");
    for (const [name, value] of Object.entries(kept)) {
      const field = form.elements[name];
      if (field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === "text")) field.value ||= value;
    }
  }
}

// After every page load, boosted ones included.
function settle() {
  tell();
  name();
  restoreDrafts();
  for (const button of $$("[data-copy]")) button.hidden = !navigator.clipboard;
  $$("#toasts .toast").forEach(fade);
}
// begin puts the focus where the page wants it, else on what the page is.
function begin() {
  const first = $("#main [autofocus]");
  if (first) return first.focus();
  $("h1")?.setAttribute("tabindex", "-1");
  $("h1")?.focus({ preventScroll: true });
}
document.addEventListener("htmx:historyRestore", settle);
document.addEventListener("htmx:afterSettle", e => { if (e.target === document.body) { settle(); begin(); } });
document.readyState === "loading" ? addEventListener("DOMContentLoaded", settle) : settle();

// A form that asks for the time zone begins with the browser's.
const zone = $("input[data-timezone]");
if (zone && zone.value === zone.defaultValue) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || zone.value;

// Browsers know the names of currencies and zones, which the server need not carry.
function name() {
  for (const list of $$("select[data-names]")) {
    const names = new Intl.DisplayNames(root.lang, { type: list.dataset.names }), chosen = list.value;
    for (const option of list.options) option.textContent = `${names.of(option.value)} (${option.value})`;
    list.append(...[...list.options].sort((a, b) => a.text.localeCompare(b.text)));
    list.value = chosen; // an option that is moved is no longer chosen
  }
  $("datalist#zones")?.replaceChildren(...Intl.supportedValuesOf("timeZone").map(zone => new Option(zone, zone)));
}

// What is shown only once is copied by a press, where the browser has a clipboard for us.
document.addEventListener("click", e => {
  const button = e.target.closest("[data-copy]");
  if (button) navigator.clipboard.writeText($(button.dataset.copy).textContent).then(() => { button.textContent = button.dataset.copied; });
});

// A form with data-guard is not left by mistake while it has something unsaved.
const guarded = () => $("form[data-guard][data-changed]");
document.addEventListener("input", e => e.target.closest?.("form[data-guard]")?.setAttribute("data-changed", ""));
document.addEventListener("submit", e => e.target.removeAttribute("data-changed"));
document.addEventListener("htmx:confirm", e => { if (e.detail.verb === "get" && e.detail.target === document.body && guarded() && !confirm(guarded().dataset.guard)) e.preventDefault(); });
addEventListener("beforeunload", e => { if (guarded()) e.preventDefault(); });

// A file that is dropped on its field is chosen.
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) document.addEventListener(name, e => {
  const field = e.target.closest?.("[data-drop]");
  if (!field) return;
  e.preventDefault();
  field.classList.toggle("over", over);
  if (name === "drop" && e.dataTransfer.files.length) field.querySelector("input[type=file]").files = e.dataTransfer.files;
});

// Passkeys, where the browser knows them.
const passkeys = () => {
  const forms = document.querySelectorAll("[data-passkey]");
  if (forms.length) import("./passkey.js").then(({ possible }) => forms.forEach(f => { f.hidden = !possible(); }));
};
document.addEventListener("submit", e => {
  if (!e.target.matches("[data-passkey]")) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  import("./passkey.js").then(({ run }) => run(e.target));
}, true);
document.addEventListener("htmx:afterSettle", passkeys);
passkeys();
