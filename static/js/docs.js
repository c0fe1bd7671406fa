// Starts the viewer of the REST interface; what it sends carries the session's CSRF token.
// Where Swagger UI leaves a control without a name, or text outside of the page's outline, it is
// added here: a screen reader is told what a screen shows.
"use strict";

const root = document.getElementById("swagger-ui");
const csrf = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";

// A part of the page, with a heading that only a screen reader shows.
const part = (title) => (Original, { React }) => (props) => React.createElement(
  "section",
  { "aria-label": title },
  React.createElement("h2", { className: "visually-hidden" }, title),
  React.createElement(Original, props),
);
const outline = () => ({
  wrapComponents: {
    // A link in a button can be reached by no key; opening the operation changes the address, too.
    DeepLink: (_Original, { React }) => ({ text }) =>
      React.createElement("span", { className: "nostyle" }, text),
    InfoContainer: (Original, { React }) => (props) => React.createElement(
      "section", { "aria-label": "About" }, React.createElement(Original, props),
    ),
    AuthorizeBtnContainer: part("Authorization"),
    operations: part("Operations"),
  },
});

const ATTRIBUTES = [
  [".examples-select-element", "aria-label", "Examples"],
  [".body-param__text", "aria-label", "Request body"],
  [".close-modal", "aria-label", "Close"],
  ["pre.microlight", "tabindex", "0"], // it scrolls
];
const complete = () => {
  for (const [selector, name, value] of ATTRIBUTES) {
    for (const node of root.querySelectorAll(`${selector}:not([${name}])`)) {
      node.setAttribute(name, value);
    }
  }
};
new MutationObserver(complete).observe(root, { childList: true, subtree: true });

SwaggerUIBundle({
  url: root.dataset.schema,
  domNode: root,
  plugins: [outline],
  deepLinking: true,
  docExpansion: "none",
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
  requestInterceptor: (request) => {
    if (request.method && request.method !== "GET") request.headers["X-CSRFToken"] = csrf();
    return request;
  },
});
