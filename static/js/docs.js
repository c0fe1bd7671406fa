// Starts the viewer of the REST interface; what it sends carries the session's CSRF token.
"use strict";

const root = document.getElementById("swagger-ui");
const csrf = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";

SwaggerUIBundle({
  url: root.dataset.schema,
  domNode: root,
  deepLinking: true,
  docExpansion: "none",
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
  requestInterceptor: (request) => {
    if (request.method && request.method !== "GET") request.headers["X-CSRFToken"] = csrf();
    return request;
  },
});
