// Conveniences of forms; every form works without them. Marked in the page by data attributes:
// data-dirty (warn before leaving), data-check-all, data-submit (submit on change), data-focus.
"use strict";

for (const form of document.querySelectorAll("form[data-dirty]")) {
  let isDirty = form.hasAttribute("data-unsaved");
  let isLeaving = false;
  form.addEventListener("input", () => { isDirty = true; });
  form.addEventListener("submit", () => { isLeaving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty && !isLeaving) event.preventDefault();
  });
}

for (const button of document.querySelectorAll("[data-check-all]")) {
  button.hidden = false;
  const set = (value) => {
    for (const box of document.querySelectorAll("input[type=checkbox][name=key]")) box.checked = value;
  };
  if (button.type === "checkbox") button.addEventListener("change", () => set(button.checked));
  else button.addEventListener("click", () => set(button.dataset.checkAll === "yes"));
}

for (const control of document.querySelectorAll("[data-submit]")) {
  control.addEventListener("change", () => control.form.requestSubmit());
}

for (const hidden of document.querySelectorAll("[data-script-hides]")) hidden.hidden = true;

document.querySelector("[data-focus]")?.focus();

// Times are shown in this zone, from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `time_zone=${zone}; path=/; SameSite=Lax; max-age=31536000`;
