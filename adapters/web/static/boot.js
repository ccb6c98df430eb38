// Begins: the connection is made while the page is drawn from what it brought along.
import { createApp } from "vue";
import Community from "regulars/community.js";
import { connect } from "regulars/wire.js";

const start = JSON.parse(document.getElementById("start").textContent);
const startOver = () => {
  window.community.remembers();
  location.reload();
};
window.socket = connect(start.socket, (told) => window.community.hears(told), startOver);
window.community = createApp(Community, { start }).mount("#app");
