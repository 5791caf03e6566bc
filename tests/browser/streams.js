const [name, url, done] = arguments;

// The data of the first messages, or "nothing" if the browser discards them.
const events = (count, options) =>
  new Promise((resolve) => {
    const source = new EventSource(`${url}/events`, options);
    const read = [];
    source.addEventListener("message", ({ data }) => {
      if (read.push(data) < count) return;
      source.close();
      resolve(read.join(", "));
    });
    source.addEventListener("error", () => {
      // A stream that has ended begins again by itself.
      if (source.readyState === EventSource.CLOSED) resolve("nothing");
    });
  });

const sent = (data) => (navigator.sendBeacon(`${url}/beacon`, data) ? "sent" : "not sent");

const streams = {
  events: () => events(1),
  "events with credentials": () => events(1, { withCredentials: true }),
  "events twice": () => events(2),
  beacon: async () => sent("1"),
  "beacon of JSON": async () => sent(new Blob(["1"], { type: "application/json" })),
  socket: () =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/socket`);
      socket.addEventListener("message", ({ data }) => {
        socket.close();
        resolve(data);
      });
      socket.addEventListener("error", () => resolve("nothing"));
    }),
};

streams[name]().then(done);
