// Where one writes: messages, replies, corrections, and slash commands with hints.
import { Icon } from "regulars/icons.js";
import { typing, written } from "regulars/options.js";
import { remember } from "regulars/talk.js";

const MOST = 25; // offers

export const Composer = {
  components: { Icon },
  inject: ["t", "start", "community"],
  data() {
    return { text: "", caret: 0, about: null, kept: "", offers: [], chosen: 0 };
  },
  computed: {
    draftKey() {
      return `regulars writing ${this.start.me.name} ${this.community.channel}`;
    },
    before() {
      return this.text.slice(0, this.caret);
    },
    command() {
      const found = /^\/(\S+)\s/.exec(this.before);
      return found && this.start.menu.commands.find((each) => each.name === found[1]);
    },
    // The option that is being typed, with the value so far and where that begins in the text.
    now() {
      const options = this.command?.options ?? [];
      if (!options.length) return null;
      const [name] = /^\/\S+\s/.exec(this.before);
      const { at, start, text } = typing(this.before.slice(name.length), options.length);
      return { at, text, start: name.length + start, option: options[at] };
    },
    tooLong() {
      return this.text.length - this.start.longest;
    },
    context() {
      if (!this.about) return "";
      const author = this.about.message.author;
      return {
        reply: this.t("Replying to {author}", { author }),
        thread: this.t("In the thread under {author}’s message", { author }),
        edit: this.t("Changing your message"),
      }[this.about.how];
    },
  },
  watch: {
    text() {
      this.keep();
      this.fit();
      this.$nextTick(this.moved);
    },
    chosen(number) {
      this.$nextTick(() => document.getElementById(`offer-${number}`)?.scrollIntoView({ block: "nearest" }));
    },
    about() {
      this.keep();
    },
  },
  mounted() {
    const { text, about, kept } = JSON.parse(sessionStorage[this.draftKey] ?? "{}");
    this.text = text ?? "";
    this.kept = kept ?? "";
    this.about = about ?? null;
    this.fit();
  },
  methods: {
    // What is being written, and about which message, outlives the page.
    keep() {
      const { text, kept } = this;
      const about = this.about && { how: this.about.how, message: this.short(this.about.message) };
      remember(this.draftKey, JSON.stringify({ text, about, kept }));
    },
    short({ id, author, thread }) {
      return { id, author, thread };
    },
    write(text) {
      this.text = this.text ? `${this.text}\n${text}` : text;
      this.focus();
    },
    focus() {
      this.$refs.box?.focus();
    },
    moved() {
      this.caret = this.$refs.box?.selectionEnd ?? this.text.length;
    },
    fit() {
      this.$nextTick(() => {
        const box = this.$refs.box;
        if (!box) return;
        box.style.height = "auto";
        box.style.height = Math.min(box.scrollHeight, window.innerHeight * 0.4) + "px";
      });
    },
    answer(message) {
      this.about = { how: message.thread ? "thread" : "reply", message };
      this.focus();
    },
    answerIn(message) {
      this.about = { how: "thread", message };
      this.focus();
    },
    edit(message) {
      if (this.about?.how !== "edit") this.kept = this.text;
      this.about = { how: "edit", message };
      this.text = message.text;
      this.focus();
    },
    leave() {
      if (this.about?.how === "edit") [this.text, this.kept] = [this.kept, ""];
      this.about = null;
      this.offers = [];
    },
    // -- slash commands --------------------------------------------------------------------------------------------
    async offer() {
      this.moved();
      this.chosen = 0;
      const name = /^\/(\S*)$/.exec(this.before);
      if (name) {
        const fitting = this.start.menu.commands.filter((each) => each.name.startsWith(name[1].toLowerCase()));
        this.offers = fitting.map((each) => ({ text: `/${each.name}${each.options.length ? " " : ""}`, label: `/${each.name}`, note: each.summary }));
        return;
      }
      const { now } = this;
      if (now?.option.choices.length) this.offerChoices(now);
      else if (now?.option.completes && now.text.trim()) await this.offerFitting(now);
      else this.offers = [];
    },
    offerChoices({ at, start, text, option }) {
      const typed = text.trim().toLowerCase();
      this.offers = this.offered(option.choices.filter((each) => each.toLowerCase().startsWith(typed)), at, start);
      // Enter takes the first where something is needed, and sends where all is said.
      this.chosen = option.choices.includes(text.trim()) || (!typed && !option.required) ? -1 : 0;
    },
    async offerFitting({ at, start, text, option }) {
      const asked = this.before;
      const { channel } = this.community;
      const { name } = this.command;
      this.chosen = -1; // Enter sends, unless one of them is chosen
      try {
        const answer = await this.community.call({ do: "complete", channel, command: name, option: option.name, text: text.slice(0, 200) });
        if (asked !== this.before) return;
        const chosen = this.offers[this.chosen]?.label; // meanwhile, among the earlier ones
        this.offers = this.offered((answer.offers ?? []).slice(0, 6), at, start);
        this.chosen = this.offers.findIndex((each) => each.label === chosen);
      } catch {
        if (asked === this.before) this.offers = []; // a hint less
      }
    },
    offered(values, at, start) {
      const count = this.command.options.length;
      const fitting = values.map((value) => ({ value, text: written(value, at, count) })).filter((each) => each.text !== null);
      const end = at < count - 1 ? " " : "";
      return fitting.slice(0, MOST).map(({ value, text }) => ({ text: this.text.slice(0, start) + text + end, label: value }));
    },
    async take(offer) {
      const rest = this.text.slice(this.caret).replace(/^\S*\s?/, "");
      this.text = offer.text + rest;
      this.offers = [];
      this.focus();
      await this.$nextTick();
      this.$refs.box.setSelectionRange(offer.text.length, offer.text.length);
      if (offer.text.endsWith(" ")) await this.offer();
    },
    // -- keys ------------------------------------------------------------------------------------------------------
    onKey(event) {
      if (event.isComposing) return;
      if (this.offers.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
        const step = event.key === "ArrowDown" ? 1 : -1;
        this.chosen = (this.chosen + step + this.offers.length) % this.offers.length;
        event.preventDefault();
      } else if (this.offers.length && event.key === "Tab" && !event.shiftKey) {
        this.take(this.offers[Math.max(this.chosen, 0)]);
        event.preventDefault();
      } else if (event.key === "Escape") {
        if (this.offers.length) this.offers = [];
        else this.leave();
      } else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        const offer = this.offers[this.chosen];
        if (offer && offer.text.trim() !== this.text.trim()) this.take(offer);
        else this.send();
      } else if (event.key === "ArrowUp" && !this.text) {
        const mine = this.community.roots.filter((each) => each.own);
        if (mine.length) this.edit(mine[mine.length - 1]);
      }
    },
    // -- sending ---------------------------------------------------------------------------------------------------
    async send() {
      const text = this.text.trim();
      if (!text || this.tooLong > 0) return;
      this.offers = [];
      if (this.about?.how === "edit") {
        const { about } = this;
        this.leave(); // at once: what is typed next is not lost when the answer comes
        const changed = await this.community.ask({ do: "edit", id: about.message.id, text });
        if (!changed && !this.text) Object.assign(this, { about, text });
        return;
      }
      const { how, message } = this.about ?? {};
      const thread = how === "thread" ? (message.thread ?? message.id) : null;
      const command = /^\/(\S+)\s*([\s\S]*)$/.exec(text);
      if (command) {
        const asked = { do: "command", channel: this.community.channel, thread, name: command[1].slice(0, 200), line: command[2] };
        if (!(await this.community.ask(asked))) return;
      } else {
        this.community.say(text, { thread, replyTo: how === "reply" ? message.id : null });
      }
      this.text = "";
      this.about = null;
    },
  },
  template: `
    <div class="composer">
      <p class="context" v-if="context">{{ context }}
        <button class="icon" :aria-label="t('Cancel')" @click="leave(); focus()"><Icon name="close" /></button></p>
      <ul class="offers" id="offers" role="listbox" :aria-label="t('Suggestions')" v-if="offers.length">
        <li v-for="(each, number) in offers" :key="each.label" role="option" :id="'offer-' + number"
          :aria-selected="number === chosen" @mousedown.prevent="take(each)">
          <strong>{{ each.label }}</strong> <span v-if="each.note">{{ each.note }}</span></li>
      </ul>
      <p class="hint" v-if="command" id="hint">{{ command.summary }}
        <template v-for="(each, at) in command.options" :key="each.name"> · <strong v-if="at === now.at">{{ each.required ? each.summary : "[" + each.summary + "]" }}</strong>
          <span v-else>{{ each.required ? each.summary : "[" + each.summary + "]" }}</span></template></p>
      <p class="unseen" role="status">{{ now && command.options.length > 1 ? now.option.summary : "" }}</p>
      <form class="box" @submit.prevent="send">
        <textarea id="write" ref="box" v-model="text" rows="1" role="combobox" aria-autocomplete="list"
          :aria-label="t('Message to #{channel}', { channel: community.channel })" aria-controls="offers" :aria-expanded="offers.length > 0"
          :aria-activedescendant="offers.length && chosen >= 0 ? 'offer-' + chosen : null" :aria-describedby="command ? 'hint' : null"
          :placeholder="t('Message to #{channel} – / for commands, @bot calls the bot', { channel: community.channel })"
          @input="offer" @keydown="onKey" @keyup="moved" @click="moved"></textarea>
        <button class="icon send" :aria-label="t('Send')" :disabled="!text.trim() || tooLong > 0"><Icon name="send" /></button>
      </form>
      <p class="too-long" role="alert" v-if="tooLong > 0">
        {{ t("Too long by {count} characters. A message has at most {most}.", { count: tooLong, most: start.longest }) }}</p>
    </div>`,
};
