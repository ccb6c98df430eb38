// Begins: the connection is made while the page is drawn from what it brought along.
import { createApp } from "vue";
import Community from "regulars/community.js";
import { connect } from "regulars/wire.js";

const start = JSON.parse(document.getElementById("start").textContent);
const AGAIN_MS = 1_000;

// Where the bot is about to stop, the page stays until the next one answers.
const startOver = async () => {
  const answered = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (!answered || answered.status === 503) return setTimeout(startOver, AGAIN_MS);
  window.community.remembers();
  location.reload();
};
window.socket = connect(start.socket, (told) => window.community.hears(told), startOver);
window.community = createApp(Community, { start }).mount("#app");
