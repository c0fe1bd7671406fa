// Keeps live fragments (registration states, the call server's revision) up to date: htmx asks,
// this file lets it ask only for what changed (ETag) and only while somebody can see it.
"use strict";

const tags = new WeakMap();

document.addEventListener("htmx:configRequest", (event) => {
  if (document.hidden) {
    event.preventDefault();
    return;
  }
  const tag = tags.get(event.target);
  if (tag) event.detail.headers["If-None-Match"] = tag;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const tag = event.detail.xhr.getResponseHeader("ETag");
  if (tag && event.detail.xhr.status === 200) tags.set(event.detail.elt, tag);
  // The session has ended elsewhere: show the sign-in page instead of states that are old.
  if (event.detail.xhr.status === 401) window.location.reload();
});
