const [name, base, done] = arguments;

const hidden = (tag, attributes) => {
  const element = Object.assign(document.createElement(tag), attributes);
  document.body.append(element);
  return element;
};
const settled = (element) =>
  new Promise((resolve) => {
    element.addEventListener("load", resolve);
    element.addEventListener("error", resolve);
  });

const loaded = async (tag, attributes) => {
  const element = Object.assign(document.createElement(tag), attributes);
  const end = settled(element);
  document.body.append(element);
  await end;
};

const submitted = async (path, { method = "POST", enctype = "", target = "" } = {}) => {
  const frame = hidden("iframe", { name: `frame${Math.random()}` });
  const form = hidden("form", { action: path, method, enctype, target: target || frame.name });
  // A name and a value that are JSON together, when they are sent as plain text.
  form.append(Object.assign(document.createElement("input"), { name: '{"a":"', value: '"}' }));
  const end = settled(frame);
  form.submit();
  await end;
};

const read = async (response) => (await response).text();

const attacks = {
  form: () => submitted(`${base}/write`),
  "form of plain text": () => submitted(`${base}/write`, { enctype: "text/plain" }),
  "form with files": () => submitted(`${base}/write`, { enctype: "multipart/form-data" }),
  "form with GET": () => submitted(`${base}/read`, { method: "GET" }),
  "form over a redirect": () => submitted(`/onward?${base}/write`),
  "form of a sandboxed frame": () =>
    new Promise((resolve) => {
      const form = `<form method=post action="${base}/write"></form>`;
      const frame = hidden("iframe", { sandbox: "allow-forms allow-scripts" });
      // Of the frame or of what it leads to; the server knows when the form has arrived.
      frame.addEventListener("load", () => resolve());
      frame.srcdoc = `${form}<script>document.forms[0].submit()</script>`;
    }),
  "no-cors POST": () => fetch(`${base}/write`, { method: "POST", mode: "no-cors", body: "a" }).then(() => ""),
  "no-cors POST that outlives the page": () =>
    fetch(`${base}/write`, { method: "POST", mode: "no-cors", body: "a", keepalive: true }).then(() => ""),
  beacon: async () => {
    navigator.sendBeacon(`${base}/write`, "a");
  },
  "fetch POST": () => read(fetch(`${base}/write`, { method: "POST", body: "a" })),
  "fetch PUT": () => read(fetch(`${base}/write`, { method: "PUT", body: "a" })),
  "fetch GET": () => read(fetch(`${base}/read`)),
  "no-cors GET": () => read(fetch(`${base}/read`, { mode: "no-cors" })),
  script: async () => {
    delete window.stolen;
    await loaded("script", { src: `${base}/script.js` });
    return window.stolen;
  },
  "script as a module": async () => {
    delete window.stolen;
    await loaded("script", { src: `${base}/script.js?module`, type: "module" });
    return window.stolen;
  },
  image: () => loaded("img", { src: `${base}/read?image` }),
  style: () => loaded("link", { rel: "stylesheet", href: `${base}/read?style` }),
  frame: () => loaded("iframe", { src: `${base}/read?frame` }),
  // WebKit has no event for it; the server knows when the request has arrived.
  object: async () => {
    hidden("object", { data: `${base}/read?object` });
  },
  events: () =>
    new Promise((resolve) => {
      const source = new EventSource(`${base}/events`);
      const end = (text) => {
        source.close();
        resolve(text);
      };
      source.addEventListener("message", ({ data }) => end(data));
      source.addEventListener("error", () => end(""));
    }),
  socket: () =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${base.replace("http", "ws")}/socket`);
      socket.addEventListener("message", ({ data }) => {
        socket.close();
        resolve(data);
      });
      socket.addEventListener("error", () => resolve(""));
    }),
};

// A page learns nothing from an error.
attacks[name]()
  .then((learned) => done(learned ?? ""))
  .catch(() => done(""));
