// The socket to NiceGUI. It numbers what it tells, and tells again after a cut what we did not get.
const ACK_MS = 3_000;

const anyId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

export function connect(given, hears, startOver) {
  const query = { ...given, tab_id: anyId(), document_id: anyId(), implicit_handshake: true };
  const socket = io(location.origin, {
    path: "/_nicegui_ws/socket.io",
    transports: ["websocket"],
    reconnectionDelay: 400,
    reconnectionDelayMax: 2_500,
    query, // read again for each connection, so that the server knows what we have
  });
  socket.on("told", ({ _id, told }) => {
    if (_id < query.next_message_id) return;
    query.next_message_id = _id + 1;
    hears(told);
  });
  let acknowledged = query.next_message_id;
  setInterval(() => {
    if (acknowledged === query.next_message_id || !socket.connected) return;
    acknowledged = query.next_message_id;
    socket.emit("ack", { client_id: query.client_id, next_message_id: acknowledged });
  }, ACK_MS);
  socket.on("run_javascript", startOver); // it no longer has what we did not get
  // The page is loaded again only where the server answers and no longer knows it: never while nobody answers.
  socket.on("connect_error", (error) => error.message === "Implicit handshake failed" && startOver());
  return socket;
}
