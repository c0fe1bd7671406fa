// The menu bar works without this file (details and summary); this adds what people expect of a
// menu: Escape and a click elsewhere close it, arrow keys move through it.
"use strict";

const bar = document.querySelector(".menu");

if (bar) {
  const menus = [...bar.querySelectorAll("details")];
  const opened = () => menus.find((menu) => menu.open);

  const close = (menu, refocus) => {
    menu.open = false;
    if (refocus) menu.querySelector("summary").focus();
  };

  const step = (list, from, by) => list[(list.indexOf(from) + by + list.length) % list.length];

  document.addEventListener("click", (event) => {
    const menu = opened();
    if (menu && !menu.contains(event.target)) close(menu, false);
  });

  bar.addEventListener("focusout", (event) => {
    const menu = opened();
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu, false);
  });

  bar.addEventListener("keydown", (event) => {
    const menu = event.target.closest("details");
    if (!menu) return;
    const links = [...menu.querySelectorAll("a")];
    const summary = menu.querySelector("summary");
    if (event.key === "Escape" && menu.open) {
      close(menu, true);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const by = event.key === "ArrowDown" ? 1 : -1;
      menu.open = true;
      if (event.target === summary) links.at(by > 0 ? 0 : -1).focus();
      else step(links, event.target, by).focus();
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const next = step(menus, menu, event.key === "ArrowRight" ? 1 : -1);
      const wasOpen = menu.open;
      close(menu, false);
      next.open = wasOpen;
      next.querySelector("summary").focus();
    } else {
      return;
    }
    event.preventDefault();
  });
}
