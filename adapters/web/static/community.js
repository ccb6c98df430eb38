// The community as the browser draws it. The server tells it what stands; it asks the server to do things.
import { Composer } from "regulars/composer.js";
import { Dialogs } from "regulars/dialogs.js";
import { Guide } from "regulars/guide.js";
import { Icon } from "regulars/icons.js";
import { link } from "regulars/link.js";
import { PageView } from "regulars/page.js";
import { places } from "regulars/places.js";
import { Sidebar } from "regulars/sidebar.js";
import { Timeline } from "regulars/timeline.js";
import { talk } from "regulars/talk.js";

export default {
  components: { Composer, Dialogs, Guide, Icon, PageView, Sidebar, Timeline },
  mixins: [link, places, talk],
  props: { start: Object },
  provide() {
    return { t: this.t, call: this.call, start: this.start, community: this };
  },
  data() {
    return { page: this.start.page, drawer: false, notices: [], words: "", found: null, form: null, asked: null };
  },
  computed: {
    mode() {
      return this.start.channels.find((each) => each.name === this.channel)?.mode;
    },
    // The browser's own way to write dates, where it speaks the language shown.
    locale() {
      return navigator.languages.find((each) => each.startsWith(this.start.language)) ?? this.start.language;
    },
    // Made once: to make one takes longer than to draw a message.
    clock() {
      return new Intl.DateTimeFormat(this.locale, { hour: "2-digit", minute: "2-digit" });
    },
    calendar() {
      return new Intl.DateTimeFormat(this.locale, { dateStyle: "full", timeStyle: "short" });
    },
    voices() {
      return { official: this.t("Official"), peer: this.t("Member"), bot: this.t("Bot") };
    },
    pageInfo() {
      return this.start.menu.pages.find((each) => each.name === this.page);
    },
  },
  watch: {
    // On a phone the drawer is all there is while it is open; afterwards one is back where one opened it.
    async drawer(open) {
      await this.$nextTick();
      if (open) this.$refs.sidebar.enter();
      else if (document.activeElement === document.body || this.$refs.sidebar.$el.contains(document.activeElement)) this.$refs.menu.focus();
    },
  },
  mounted() {
    window.addEventListener("popstate", this.followAddress);
    window.addEventListener("keydown", this.onKey);
    window.matchMedia("(max-width: 760px)").addEventListener("change", () => (this.drawer = false));
    if (this.start.missing) {
      this.notice(this.start.missing);
      this.isAt();
    }
  },
  methods: {
    t(text, values = {}) {
      const found = this.start.texts[text] ?? text;
      return found.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    },
    hears(told) {
      if (told.is === "answer") this.answered(told);
      else if (told.is === "message") this.heard(told.message);
      else if (told.is === "gone") this.lost(told.id);
      else if (told.is === "notice") this.notice(null, told.html);
      if (told.is !== "answer") this.$refs.page?.loadSoon();
    },
    // An old page's stays until it is loaded again; what was typed is kept.
    notice(text, html = null, old = false) {
      const notice = { text, html, old, key: Math.random() };
      this.notices = [...this.notices.filter((each) => each.text === null || each.text !== text).slice(-2), notice];
      if (!old) setTimeout(() => (this.notices = this.notices.filter((each) => each !== notice)), 8000);
    },
    reload() {
      location.reload();
    },
    emojiName(emoji) {
      return {
        thumbsup: this.t("thumbs up"),
        thumbsdown: this.t("thumbs down"),
        heart: this.t("heart"),
        tada: this.t("party"),
        eyes: this.t("eyes"),
        thinking_face: this.t("thinking"),
      }[emoji] ?? emoji;
    },
    modeName(mode) {
      return { organic: this.t("organic"), sponsored: this.t("sponsored"), quiet: this.t("quiet") }[mode];
    },
    followAddress() {
      const [, kind, name, message] = location.pathname.split("/");
      this.drawer = false;
      if (kind === "p" && name === this.page) return this.$refs.page.open();
      this.page = kind === "p" ? name : null;
      this.words = "";
      this.found = null;
      if (kind === "p") return;
      return this.open(kind === "c" ? name : this.start.channels[0].name, message);
    },
    async search() {
      if (!this.words.trim()) return (this.found = null);
      const words = this.words;
      const answer = await this.ask({ do: "search", channel: this.channel, words: words.slice(0, 200) });
      if (answer && words === this.words) this.found = answer.found;
    },
    searchSoon() {
      clearTimeout(this.soon);
      this.soon = setTimeout(this.search, 150);
    },
    onKey(event) {
      if (event.key === "Escape" && this.drawer) this.drawer = false;
      if (event.key === "Escape" && this.found) this.endSearch();
    },
    fill(message, number, form, page = null) {
      this.form = { message, number, form, page, shown: this.$refs.page?.shown };
    },
    confirmDelete(message) {
      this.asked = message;
    },
    endSearch() {
      this.words = "";
      this.found = null;
    },
    modeMeaning(mode) {
      return {
        organic: this.t("Organic: members among themselves. The bot is silent until somebody calls it with @bot."),
        sponsored: this.t("Sponsored: the vendor hosts here. The bot offers answers to questions."),
        quiet: this.t("Quiet: the bot says nothing unasked."),
      }[mode];
    },
  },
  template: `
    <div class="regulars" :class="{ drawn: drawer }" :data-online="online" :data-ready="ready" :data-said="said" @click="onClick">
      <a class="skip" href="#write" :inert="drawer" @click.prevent="$refs.composer?.focus()">{{ t("Skip to the message box") }}</a>
      <Sidebar ref="sidebar" :channel="page ? null : channel" :page="page" :unread="unread" :open="drawer" @close="drawer = false" />
      <div class="veil" v-if="drawer" @click="drawer = false"></div>
      <main class="main" :inert="drawer">
        <header class="top">
          <button class="icon menu" ref="menu" :aria-label="t('Channels and pages')" :aria-expanded="drawer" @click="drawer = !drawer">
            <Icon name="menu" />
          </button>
          <div class="where" v-if="!page">
            <h1><span class="hash" aria-hidden="true">#</span>{{ channel }}</h1>
            <p class="meaning">{{ modeMeaning(mode) }}</p>
            <p class="mode" :class="mode" aria-hidden="true"><Icon :name="mode" />{{ modeName(mode) }}</p>
          </div>
          <div class="where" v-else>
            <h1>{{ pageInfo?.title ?? t("This page") }}</h1>
            <p>{{ pageInfo?.summary }}</p>
          </div>
          <div class="search" v-if="!page" role="search">
            <Icon name="search" />
            <input type="search" v-model="words" @input="searchSoon" :placeholder="t('Search')" maxlength="200"
              :aria-label="t('Search in #{channel}', { channel })" />
          </div>
          <p class="offline" role="status" v-if="shownOffline">
            <Icon name="offline" />{{ t("No connection. What you write is sent as soon as it is back.") }}
          </p>
          <p class="offline back" role="status" v-else-if="back"><Icon name="check" />{{ t("Connected again.") }}</p>
        </header>
        <PageView v-if="page" ref="page" :key="page" :name="page" />
        <template v-else>
          <Timeline ref="timeline" />
          <Guide />
          <Composer ref="composer" :key="channel" />
        </template>
      </main>
      <div class="notices" role="status" aria-live="polite">
        <div class="notice" v-for="each in notices" :key="each.key">
          <div v-if="each.html" class="body" v-html="inward(each.html)"></div><template v-else>{{ each.text }}</template>
          <button v-if="each.old" @click="reload">{{ t("Load again") }}</button>
        </div>
      </div>
      <div class="unseen" aria-live="polite">{{ spoken }}</div>
      <Dialogs />
    </div>`,
};
