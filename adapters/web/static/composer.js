// Where one writes: messages, replies, corrections, and slash commands with hints.
import { Icon } from "regulars/icons.js";
import { remember } from "regulars/talk.js";

export const Composer = {
  components: { Icon },
  inject: ["t", "start", "community"],
  data() {
    return { text: "", about: null, kept: "", offers: [], chosen: 0 };
  },
  computed: {
    draftKey() {
      return `regulars writing ${this.start.me.name} ${this.community.channel}`;
    },
    command() {
      const found = /^\/(\S+)\s/.exec(this.text);
      return found && this.start.menu.commands.find((each) => each.name === found[1]);
    },
    hint() {
      if (!this.command) return "";
      const options = this.command.options.map((each) => (each.required ? each.summary : `[${each.summary}]`));
      return [this.command.summary, ...options].join(" · ");
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
      this.chosen = 0;
      const name = /^\/(\S*)$/.exec(this.text);
      if (name) {
        const fitting = this.start.menu.commands.filter((each) => each.name.startsWith(name[1].toLowerCase()));
        this.offers = fitting.map((each) => ({ text: `/${each.name}${each.options.length ? " " : ""}`, label: `/${each.name}`, note: each.summary }));
        return;
      }
      const option = this.command?.options[this.command.options.length - 1];
      const typed = this.text.replace(/^\/\S+\s+/, "");
      if (!option?.completes || !typed.trim()) return (this.offers = []);
      const asked = this.text;
      const { channel } = this.community;
      try {
        const answer = await this.community.call({ do: "complete", channel, command: this.command.name, option: option.name, text: typed.slice(0, 200) });
        if (asked !== this.text) return;
        this.offers = (answer.offers ?? []).slice(0, 6).map((each) => ({ text: `/${this.command.name} ${each}`, label: each }));
      } catch {
        this.offers = []; // a hint less
      }
      this.chosen = -1;
    },
    take(offer) {
      this.text = offer.text;
      this.offers = [];
      this.focus();
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
      <p class="hint" v-if="hint" id="hint">{{ hint }}</p>
      <form class="box" @submit.prevent="send">
        <textarea id="write" ref="box" v-model="text" rows="1" role="combobox" aria-autocomplete="list"
          :aria-label="t('Message to #{channel}', { channel: community.channel })" aria-controls="offers" :aria-expanded="offers.length > 0"
          :aria-activedescendant="offers.length && chosen >= 0 ? 'offer-' + chosen : null" :aria-describedby="hint ? 'hint' : null"
          :placeholder="t('Message to #{channel} – / for commands, @bot calls the bot', { channel: community.channel })"
          @input="offer" @keydown="onKey"></textarea>
        <button class="icon send" :aria-label="t('Send')" :disabled="!text.trim() || tooLong > 0"><Icon name="send" /></button>
      </form>
      <p class="too-long" role="alert" v-if="tooLong > 0">
        {{ t("Too long by {count} characters. A message has at most {most}.", { count: tooLong, most: start.longest }) }}</p>
    </div>`,
};
