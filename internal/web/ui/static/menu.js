// Menus are details that open over the page. They close as a person expects: with Esc, which leaves the focus where it was, and by a click beside.
const opened = () => [...document.querySelectorAll("details.menu[open]")];
document.addEventListener("keydown", e => {
  if (e.key !== "Escape" || document.querySelector("dialog[open]")) return;
  for (const menu of opened()) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", e => {
  for (const menu of opened()) if (!menu.contains(e.target)) menu.open = false;
});
