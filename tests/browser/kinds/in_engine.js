const [kind, url, done] = arguments;

const append = (tag, attributes) => {
  const element = Object.assign(document.createElement(tag), attributes);
  document.body.append(element);
  return element;
};

// `"load"` or `"error"`.
const event = (element) =>
  new Promise((resolve) => {
    element.addEventListener("load", () => resolve("load"));
    element.addEventListener("error", () => resolve("error"));
  });
const loaded = (tag, attributes) => event(append(tag, attributes));

// The form that `kinds.rs` has as well.
const form = (attributes) => {
  const form = append("form", { action: url, method: "POST", ...attributes });
  const input = (attributes) => form.append(Object.assign(document.createElement("input"), attributes));
  input({ type: "hidden", name: "a b", value: "\u{e4}&\n1" });
  const files = new DataTransfer();
  files.items.add(new File(["x\ny"], "a.txt", { type: "text/plain" }));
  input({ type: "file", name: "f", files: files.files });
  input({ type: "submit", id: "go" });
  return form;
};

// The caller clicks on `#go`, or waits for the document.
const byClick = "click";
const byScript = (navigate) => {
  setTimeout(navigate);
  return "wait";
};
const submitted = (attributes) => {
  const own = form(attributes);
  return byScript(() => own.submit());
};
const inFrame = async (frame) => {
  await event(frame);
  return "frame";
};

const events = (count, options) =>
  new Promise((resolve) => {
    const source = new EventSource(url, options);
    const read = [];
    source.addEventListener("message", ({ data }) => {
      if (read.push(data) < count) return;
      source.close();
      resolve(read.join(", "));
    });
    source.addEventListener("error", () => {
      // A stream that has ended begins again by itself.
      if (source.readyState === EventSource.CLOSED) resolve("error");
    });
  });

const socket = (protocols) =>
  new Promise((resolve) => {
    const socket = new WebSocket(url.replace("http", "ws"), protocols);
    socket.addEventListener("open", () => {
      socket.close();
      resolve(`open ${socket.protocol}`.trim());
    });
    socket.addEventListener("error", () => resolve("error"));
  });

const beacon = (data) => {
  navigator.sendBeacon(url, data);
  return "";
};

const kinds = {
  fetch: () => fetch(url).then(() => "load"),
  link: () => {
    append("a", { href: url, id: "go", textContent: "go" });
    return byClick;
  },
  "link by script": () => byScript(() => (location.href = url)),
  form: () => {
    form();
    return byClick;
  },
  "form by script": () => submitted(),
  "form with files": () => submitted({ enctype: "multipart/form-data" }),
  "form of plain text": () => submitted({ enctype: "text/plain" }),
  "form with GET": () => submitted({ method: "GET" }),
  "form by script in a frame": () => {
    const frame = append("iframe", { name: "target" });
    const own = form({ target: "target" });
    const end = inFrame(frame);
    own.submit();
    return end;
  },
  frame: () => inFrame(append("iframe", { src: url })),
  image: () => loaded("img", { src: url }),
  "image with CORS": () => loaded("img", { crossOrigin: "anonymous", src: url }),
  "image with credentials": () => loaded("img", { crossOrigin: "use-credentials", src: url }),
  script: () => loaded("script", { src: url }),
  "script as a module": () => loaded("script", { type: "module", src: url }),
  style: () => loaded("link", { rel: "stylesheet", href: url }),
  // The file is none, so whatever happens the page gets no font.
  font: () => {
    append("style", { textContent: `@font-face { font-family: "own"; src: url("${url}"); }` });
    return document.fonts.load("1em own").then(() => "", () => "");
  },
  beacon: () => beacon("1"),
  "beacon of bytes": () => beacon(new Uint8Array([49])),
  "beacon of JSON": () => beacon(new Blob(["1"], { type: "application/json" })),
  events: () => events(1),
  "events with credentials": () => events(1, { withCredentials: true }),
  "events twice": () => events(2),
  socket: () => socket([]),
  "socket with subprotocols": () => socket(["v2", "chat"]),
};

// An insecure socket of a secure page is an exception.
(async () => kinds[kind]())().then(done, () => done("error"));
