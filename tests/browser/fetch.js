const [request, done] = arguments;

// Bytes, since text would bring a content-type along.
if (request.body !== undefined) request.body = new TextEncoder().encode(request.body);

const withXhr = ({ url, method, headers, credentials, body }) =>
  new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url);
    xhr.withCredentials = credentials === "include";
    for (const [name, value] of headers) xhr.setRequestHeader(name, value);
    xhr.upload.addEventListener("progress", () => {});
    xhr.addEventListener("error", () => reject(new TypeError("network error")));
    xhr.addEventListener("load", () => {
      const lines = xhr.getAllResponseHeaders().split("\r\n").filter(Boolean);
      resolve({
        status: xhr.status,
        headers: lines.map((line) => line.split(/: (.*)/s, 2)),
        body: xhr.responseText,
      });
    });
    xhr.send(body);
  });

const withFetch = async ({ url, ...options }) => {
  const response = await fetch(url, options);
  return { status: response.status, headers: [...response.headers], body: await response.text() };
};

(request.upload_listener ? withXhr : withFetch)(request)
  .then((visible) => done({ visible }))
  .catch((error) => done({ error: String(error) }));
