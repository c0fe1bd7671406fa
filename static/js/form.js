// Conveniences of forms; every form works without them. Marked in the page by data attributes:
// data-dirty (warn before leaving), data-unsaved (something in it is not saved), data-check-all,
// data-submit (submit on change), data-focus.
"use strict";

for (const form of document.querySelectorAll("form[data-dirty]")) {
  let isLeaving = false;
  form.addEventListener("input", () => { form.dataset.unsaved = ""; });
  form.addEventListener("submit", () => { isLeaving = true; });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if ("unsaved" in form.dataset && !isLeaving) event.preventDefault();
  });
}

// A second click before the answer comes must not send the form twice. And who signed in again
// in another tab has a new token by now: without it the server would refuse what was typed.
const ANSWER_MS = 10000; // then it may be sent again: the answer is lost
const sent = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (sent.has(form)) event.preventDefault();
  sent.add(form);
  setTimeout(() => sent.delete(form), ANSWER_MS);
  window.addEventListener("pageshow", () => sent.delete(form), { once: true });
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (token && form.elements.csrfmiddlewaretoken) form.elements.csrfmiddlewaretoken.value = token[1];
});

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
