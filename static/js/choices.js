// Keeps the suggestions of a reference (a text field with a datalist) in step with what is typed.
// Without this file the field still takes any name, and the server suggests what was meant.
"use strict";

const PAUSE_MS = 150;

for (const field of document.querySelectorAll("input[data-choices]")) {
  let timer;
  let asked = field.value;

  const ask = async () => {
    const text = field.value.trim();
    if (text === asked) return;
    asked = text;
    const url = `${field.dataset.choices}&text=${encodeURIComponent(text)}`;
    const answer = await fetch(url, { headers: { "X-Requested-With": "choices.js" } });
    if (answer.ok && text === asked) field.list.innerHTML = await answer.text();
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
}
