// The messages of the open channel: a window on them that moves, so that only what is near is ever drawn.
const MOST = 90; // messages drawn at once, threads not counted

// What the browser keeps for this tab; where it keeps nothing more, typing goes on all the same.
export function remember(key, value) {
  try {
    sessionStorage[key] = value;
  } catch {
    delete sessionStorage[key];
  }
}

const newId = () => "m-" + Array.from(crypto.getRandomValues(new Uint8Array(10)), (n) => n.toString(16).padStart(2, "0")).join("");

export const talk = {
  data() {
    const { messages, older, newer, cut } = this.start.window;
    return {
      channel: this.start.channel,
      roots: messages.filter((each) => !each.thread),
      replies: grouped(messages),
      older,
      newer,
      cut, // ids of messages whose threads have replies before the first one here
      around: this.start.around,
      unseen: 0,
      unread: {},
      pending: [],
      spoken: "",
      said: null,
      spokenOf: null,
      last: { "": Math.max(0, ...messages.map((each) => each.number)) }, // the newest message known, by channel
    };
  },
  created() {
    this.pending = JSON.parse(sessionStorage[this.pendingKey()] ?? "[]");
  },
  methods: {
    pendingKey() {
      return `regulars pending ${this.start.me.name}`;
    },
    keepPending() {
      remember(this.pendingKey(), JSON.stringify(this.pending.map(({ failed, late, ...said }) => said)));
    },
    // -- what happens ----------------------------------------------------------------------------------------------
    heard(message) {
      this.pending = this.pending.filter((each) => each.id !== message.id);
      this.keepPending();
      const isNewest = message.number > (this.last[message.channel] ?? this.last[""]);
      if (isNewest) this.last[message.channel] = message.number;
      if (this.page || message.channel !== this.channel) {
        if (isNewest && !message.own) this.unread = { ...this.unread, [message.channel]: (this.unread[message.channel] ?? 0) + 1 };
        return;
      }
      const isNew = message.thread ? this.putReply(message) : this.putRoot(message);
      if (message.id === this.spokenOf && (message.gone || message.edited)) this.spoken = "";
      if (isNew && !message.own) {
        this.spokenOf = message.id;
        const text = new DOMParser().parseFromString(message.html, "text/html").body.textContent;
        this.spoken = `${message.author}: ${message.title ?? ""} ${text}`.slice(0, 300);
      }
      if (isNew) this.$refs.timeline?.grew(message);
    },
    putRoot(message) {
      const at = this.roots.findIndex((each) => each.id === message.id);
      if (at >= 0) {
        this.roots.splice(at, 1, message);
        return false;
      }
      const atEnd = this.$refs.timeline?.atEnd;
      if (!this.newer && !atEnd && this.roots.length >= MOST) this.newer = true; // it is read when the reader comes there
      if (this.newer) {
        if (message.id === this.said) this.newest();
        else this.unseen += 1;
        return false;
      }
      if (this.roots.length && message.number < this.roots[this.roots.length - 1].number) return false;
      this.roots.push(message);
      if (this.roots.length > MOST && atEnd) this.trim("old");
      return true;
    },
    putReply(message) {
      const replies = this.replies[message.thread] ?? [];
      const at = replies.findIndex((each) => each.id === message.id);
      const changed = at < 0 ? [...replies, message] : replies.with(at, message);
      this.replies = { ...this.replies, [message.thread]: changed };
      return at < 0;
    },
    lost(id) {
      if (id === this.spokenOf) this.spoken = "";
      this.roots = this.roots.filter((each) => each.id !== id);
      for (const [thread, replies] of Object.entries(this.replies)) {
        if (replies.some((each) => each.id === id)) {
          this.replies = { ...this.replies, [thread]: replies.filter((each) => each.id !== id) };
        }
      }
    },
    byId(id) {
      return this.roots.find((each) => each.id === id) ?? Object.values(this.replies).flat().find((each) => each.id === id);
    },
    // -- the window ------------------------------------------------------------------------------------------------
    // What was told while the piece was on its way stands after it.
    show(piece) {
      const end = Math.max(0, ...piece.messages.map((each) => each.number));
      const known = piece.newer ? [] : [...this.roots, ...Object.values(this.replies).flat()];
      const messages = [...piece.messages, ...known.filter((each) => each.channel === this.channel && each.number > end)];
      this.roots = messages.filter((each) => !each.thread);
      this.replies = grouped(messages);
      this.older = piece.older;
      this.newer = piece.newer;
      this.cut = piece.cut;
      this.unseen = 0;
    },
    async open(wanted, around = null) {
      const { channels } = this.start;
      const channel = channels.some((each) => each.name === wanted) ? wanted : channels[0].name;
      this.channel = channel;
      if (channel !== wanted) {
        this.notice(this.t("There is no such channel."));
        around = this.isAt();
      }
      this.unread = { ...this.unread, [channel]: 0 };
      let piece = await this.ask({ do: "load", channel, ...(around ? { around } : {}) });
      if (!piece && around && this.online) {
        around = this.isAt();
        piece = await this.ask({ do: "load", channel });
      }
      if (!piece || channel !== this.channel) return;
      this.around = around;
      this.show(piece);
      await this.$nextTick();
      this.$refs.timeline?.settle(around);
    },
    // The address led to something that is not there: it becomes that of the open channel. Gives no message.
    isAt() {
      history.replaceState(null, "", this.here(`/c/${this.channel}`));
      return null;
    },
    // A message that is loaded already, also one in a part of a thread that is not drawn.
    async reveal(id) {
      this.around = id;
      await this.$nextTick();
      this.$refs.timeline?.settle(id);
    },
    newest() {
      return this.open(this.channel);
    },
    async catchUp() {
      if (this.page) await this.$refs.page?.load();
      else if (this.$refs.timeline?.atEnd) await this.newest(); // else what was missed comes by itself
    },
    // A piece to go on reading with; null where there is none, or the reader went elsewhere meanwhile.
    async piece(where) {
      const { channel } = this;
      let piece = null;
      do {
        if (piece) await new Promise((resolve) => setTimeout(resolve, 300));
        piece = this.online && (await this.call({ do: "load", channel, ...where }).catch(() => null));
      } while (piece?.again);
      return piece && !piece.error && channel === this.channel ? piece : null;
    },
    async loadOlder() {
      if (this.loading || !this.older || !this.roots.length) return;
      this.loading = true;
      const piece = await this.piece({ before: this.roots[0].number });
      if (piece) {
        this.roots = [...piece.messages.filter((each) => !each.thread), ...this.roots];
        this.replies = { ...grouped(piece.messages), ...this.replies };
        this.cut = [...this.cut, ...piece.cut];
        this.older = piece.older;
        this.trim("new");
      }
      this.loading = false;
    },
    async loadNewer() {
      if (this.loading || !this.newer || !this.roots.length) return;
      this.loading = true;
      const piece = await this.piece({ after: this.roots[this.roots.length - 1].number });
      if (piece) {
        this.roots = [...this.roots, ...piece.messages.filter((each) => !each.thread)];
        this.replies = { ...this.replies, ...grouped(piece.messages) };
        this.cut = [...this.cut, ...piece.cut];
        this.newer = piece.newer;
        this.trim("old");
      }
      this.loading = false;
    },
    async olderReplies(root) {
      const replies = this.replies[root];
      const piece = await this.piece({ thread: root, before: replies[0].number });
      if (!piece || this.replies[root]?.[0] !== replies[0]) return;
      this.replies = { ...this.replies, [root]: [...piece.messages, ...this.replies[root]] };
      this.cut = [...this.cut.filter((each) => each !== root), ...piece.cut];
    },
    trim(end) {
      if (this.roots.length <= MOST) return;
      if (end === "new") {
        this.roots = this.roots.slice(0, MOST);
        this.newer = true;
      } else {
        this.roots = this.roots.slice(-MOST);
        this.older = true;
      }
    },
    // -- what the reader does --------------------------------------------------------------------------------------
    say(text, { thread = null, replyTo = null } = {}) {
      const said = { id: newId(), channel: this.channel, text, thread, reply_to: replyTo, at: Date.now() };
      this.pending = [...this.pending, said];
      this.said = said.id;
      this.keepPending();
      this.flush();
      if (!thread) this.$nextTick(() => this.$refs.timeline?.toEnd());
      return said.id;
    },
    // Sends what is not sent yet, in order. An id that stands already is taken as sent.
    async flush() {
      if (this.flushing || !this.online) return;
      this.flushing = true;
      for (let said; this.online && (said = this.pending.find((each) => !each.failed && !each.sent)); ) {
        const { at, failed, late, sent, ...what } = said;
        try {
          const answer = await this.call({ do: "say", ...what });
          if (!answer.error) said.sent = true;
          else if (answer.again) {
            said.late = answer.error;
            this.pending = [...this.pending];
            await new Promise((resolve) => setTimeout(resolve, 1500));
          }
          else {
            said.failed = answer.error;
            this.pending = [...this.pending];
          }
        } catch {
          break; // no answer: once the connection is back
        }
        this.pending = this.pending.filter((each) => !each.sent);
        this.keepPending();
      }
      this.flushing = false;
    },
    rewrite(said) {
      this.discard(said.id);
      this.$refs.composer?.write(said.text);
    },
    discard(id) {
      this.pending = this.pending.filter((each) => each.id !== id);
      this.keepPending();
    },
  },
};

function grouped(messages) {
  const found = {};
  for (const each of messages) if (each.thread) (found[each.thread] ??= []).push(each);
  return found;
}
