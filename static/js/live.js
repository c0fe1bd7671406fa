// Keeps fragments of a page (registration states, the call server's revision) up to date.
// data-live="URL" says where an element's content comes from, data-every="2" how many seconds
// lie between two questions; in an answer, data-part marks what belongs to the element of its id
// elsewhere in the page. Only what changed is sent (ETag) and only what differs is touched, so
// focus, open details and typed text stay. Without this file a page is as old as its last load.
"use strict";

const LONGEST_PAUSE_MS = 60000;
const LATE_MS = 15000;
const FAILURES_TO_TELL = 2; // a single one is also what leaving the page looks like

const stale = new Set(); // the elements whose content is old
let isOver = false; // the session has ended
let isLeaving = false; // a form is on its way: its answer is the next page, whatever a poll gets
document.addEventListener("submit", () => { isLeaving = true; });
window.addEventListener("pageshow", () => { isLeaving = false; });

for (const element of document.querySelectorAll("[data-live]")) follow(element);

async function follow(element) {
  let tag = "";
  let failures = 0;
  while (!isOver) {
    await pause(element.dataset.every * 1000 * 2 ** failures);
    await visible();
    if (isOver) return;
    const answer = await ask(element.dataset.live, tag);
    if (answer.isSignedOut && !isLeaving) return endSession();
    if (answer.status === 200) {
      tag = answer.tag;
      show(element, answer.text);
    }
    failures = answer.status === 200 || answer.status === 304 ? 0 : failures + 1;
    tell(element, failures >= FAILURES_TO_TELL || answer.status === 403);
    if (answer.status === 403) return; // asking again does not give the right back
  }
}

async function ask(url, tag) {
  const headers = { "X-Requested-With": "live.js" };
  if (tag) headers["If-None-Match"] = tag;
  const signal = AbortSignal.timeout(LATE_MS);
  try {
    const answer = await fetch(url, { headers, signal, cache: "no-store", redirect: "manual" });
    const isSignedOut = answer.status === 401 || answer.type === "opaqueredirect";
    const text = await answer.text();
    return { status: answer.status, isSignedOut, tag: answer.headers.get("ETag"), text };
  } catch {
    return { status: 0 }; // nothing came, or not all of it
  }
}

function pause(ms) {
  return new Promise((goOn) => { setTimeout(goOn, Math.min(ms, LONGEST_PAUSE_MS)); });
}

function visible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((goOn) => { document.addEventListener("visibilitychange", goOn, { once: true }); });
}

// Shows the sign-in page instead of states that are old; a form with something in it is kept.
function endSession() {
  if (isOver) return;
  isOver = true;
  if (document.querySelector("form[data-unsaved]")) document.getElementById("session-over").hidden = false;
  else window.location.reload();
}

// Says in the menu bar that something on the page is old, in place of "Live".
function tell(element, isStale) {
  if (isStale === stale.has(element)) return;
  if (isStale) stale.add(element);
  else stale.delete(element);
  document.getElementById("live").hidden = stale.size > 0;
  document.getElementById("not-live").hidden = stale.size === 0;
}

function show(element, html) {
  const focused = document.activeElement;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  for (const part of fresh.content.querySelectorAll("[data-part]")) {
    part.remove();
    part.removeAttribute("data-part");
    const old = document.getElementById(part.id);
    if (old) patch(old, part);
  }
  fresh.content.normalize();
  patchChildren(element, fresh.content);
  if (focused.id && !focused.isConnected) document.getElementById(focused.id)?.focus();
}

// Makes `node` what `fresh` is.
function patch(node, fresh) {
  if (node.isEqualNode(fresh)) return;
  if (node.nodeName !== fresh.nodeName || node.id !== fresh.id) {
    node.replaceWith(fresh);
  } else if (node.nodeType !== Node.ELEMENT_NODE) {
    node.data = fresh.data;
  } else {
    patchAttributes(node, fresh);
    patchChildren(node, fresh);
  }
}

function patchAttributes(node, fresh) {
  const names = new Set([...node.getAttributeNames(), ...fresh.getAttributeNames()]);
  names.delete("open"); // the reader opened or closed it
  for (const name of names) {
    const value = fresh.getAttribute(name);
    if (value === null) node.removeAttribute(name);
    else if (value !== node.getAttribute(name)) node.setAttribute(name, value);
  }
}

// What is equal at both ends stays; between them one child after the other becomes the new one.
function patchChildren(node, fresh) {
  const old = [...node.childNodes];
  const next = [...fresh.childNodes];
  const areEqual = (at) => old.length > 0 && next.length > 0 && old.at(at).isEqualNode(next.at(at));
  while (areEqual(0)) {
    old.shift();
    next.shift();
  }
  let end = null; // where the equal rest begins
  while (areEqual(-1)) {
    end = old.pop();
    next.pop();
  }
  old.forEach((child, at) => (at < next.length ? patch(child, next[at]) : child.remove()));
  for (const child of next.slice(old.length)) node.insertBefore(child, end);
}
