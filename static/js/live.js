// Keeps live fragments (registration states, the call server's revision) up to date: htmx asks,
// this file lets it ask only for what changed (ETag) and only while somebody can see it.
"use strict";

const tags = new WeakMap();
let isOver = false; // the session has ended, and what is typed must stay

document.addEventListener("htmx:configRequest", (event) => {
  if (document.hidden || isOver) {
    event.preventDefault();
    return;
  }
  const tag = tags.get(event.target);
  if (tag) event.detail.headers["If-None-Match"] = tag;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const tag = event.detail.xhr.getResponseHeader("ETag");
  if (tag && event.detail.xhr.status === 200) tags.set(event.detail.elt, tag);
  if (event.detail.xhr.status === 401) endSession();
});

// Shows the sign-in page instead of states that are old; a form with something in it is kept.
function endSession() {
  if (isOver) return;
  isOver = true;
  if (document.querySelector("form[data-unsaved]")) document.getElementById("session-over").hidden = false;
  else window.location.reload();
}
