// A button that copies the command line beside it; without this file the text can be selected.
"use strict";

const SHOWN_MS = 2000;

for (const button of document.querySelectorAll("[data-copy]")) {
  const text = button.parentElement.querySelector("code");
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text.textContent);
    } else { // a page without TLS has no clipboard, but still has this
      getSelection().selectAllChildren(text);
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, SHOWN_MS);
  });
}
