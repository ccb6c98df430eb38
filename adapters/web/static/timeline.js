// What is said in the open channel, or what a search found in it.
import { Icon } from "regulars/icons.js";
import { Message } from "regulars/message.js";

export const Timeline = {
  components: { Icon, Message },
  inject: ["t", "start", "community"],
  data() {
    return { atEnd: true };
  },
  computed: {
    days() {
      const days = [];
      for (const each of this.community.roots) {
        const date = new Date(each.at).toDateString();
        if (days[days.length - 1]?.date !== date) days.push({ date, name: this.dayName(each.at), messages: [] });
        days[days.length - 1].messages.push(each);
      }
      return days;
    },
    waiting() {
      const here = this.community.pending.filter((each) => each.channel === this.community.channel);
      return here.filter((each) => !this.community.byId(each.id)); // it stands, and its answer was lost on the way
    },
  },
  mounted() {
    this.settle(this.community.around);
    // Whoever reads the newest goes on reading it, whatever grows above.
    this.watcher = new ResizeObserver(() => this.atEnd && !this.community.around && this.toEnd());
    this.watcher.observe(this.$refs.inner);
    this.watcher.observe(this.$refs.list);
  },
  beforeUnmount() {
    this.watcher.disconnect();
  },
  methods: {
    dayName(at) {
      const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
      if (days === 0) return this.t("Today");
      if (days === 1) return this.t("Yesterday");
      return new Date(at).toLocaleDateString(this.community.locale, { dateStyle: "full" });
    },
    settle(id) {
      const found = id && document.getElementById("message-" + id);
      if (!found) return this.toEnd();
      found.scrollIntoView({ block: "center" });
      this.measure();
      found.focus({ preventScroll: true });
      found.classList.add("found");
      setTimeout(() => found.classList.remove("found"), 3000);
    },
    show(id) {
      document.getElementById("message-" + id)?.scrollIntoView({ block: "nearest" });
    },
    toEnd() {
      const list = this.$refs.list;
      if (list) list.scrollTop = list.scrollHeight;
      this.atEnd = true;
    },
    // The message at the top, for whoever does not read the newest.
    reading() {
      const top = this.$refs.list.getBoundingClientRect().top;
      const all = [...this.$refs.list.querySelectorAll("article:not(.reply)")];
      return this.atEnd ? null : all.find((each) => each.getBoundingClientRect().bottom > top)?.dataset.id;
    },
    async newest() {
      if (this.community.newer) await this.community.newest();
      this.community.unseen = 0;
      this.toEnd();
    },
    grew(message) {
      if (message.own && message.thread) this.$nextTick(() => this.show(message.id));
      else if (this.atEnd || message.own) this.$nextTick(this.toEnd);
      else this.community.unseen += 1;
    },
    // How much there is below, and so whether the reader is at the end.
    measure() {
      const list = this.$refs.list;
      const below = list.scrollHeight - list.scrollTop - list.clientHeight;
      this.atEnd = below < 60 && !this.community.newer;
      if (this.atEnd) this.community.unseen = 0;
      return below;
    },
    async scrolled() {
      const list = this.$refs.list;
      const below = this.measure();
      if (list.scrollTop < 600 && this.community.older) await this.keeping(this.community.loadOlder);
      else if (below < 600 && this.community.newer) await this.keeping(this.community.loadNewer);
    },
    // What is being read stays where it is, whatever is put before it or taken away.
    async keeping(load) {
      const list = this.$refs.list;
      const top = list.getBoundingClientRect().top;
      const held = [...list.querySelectorAll("article")].find((each) => each.getBoundingClientRect().bottom > top);
      const before = held?.getBoundingClientRect().top;
      await load();
      await this.$nextTick();
      if (held?.isConnected) list.scrollTop += held.getBoundingClientRect().top - before;
    },
    plain(message) {
      return new DOMParser().parseFromString(message.html.replaceAll("><", "> <"), "text/html").body.textContent;
    },
    openFound(message) {
      this.community.endSearch();
      this.community.go(`/c/${message.channel}/${message.id}`);
    },
  },
  template: `
    <section v-if="community.found" class="timeline" :aria-label="t('Search results')" tabindex="0">
      <p class="day" role="status"><span>{{ t("Found: {count}", { count: community.found.length }) }}</span></p>
      <p class="empty" v-if="!community.found.length">{{ t("Nothing in this channel holds these words.") }}</p>
      <button class="hit" v-for="each in community.found" :key="each.id" @click="openFound(each)">
        <strong>{{ each.author }}</strong> <small>{{ dayName(each.at) }}</small>
        <span>{{ each.title || plain(each) }}</span>
      </button>
    </section>
    <section v-show="!community.found" class="timeline" ref="list" :aria-label="t('Messages in #{channel}', { channel: community.channel })" tabindex="0"
      @scroll.passive="scrolled"><div ref="inner" role="none">
      <div class="begin" v-if="!community.older">
        <h2>{{ t("This is the beginning of #{channel}.", { channel: community.channel }) }}</h2>
        <p>{{ t("Write something: everybody who has this page open sees it at once.") }}</p>
      </div>
      <p class="more" v-else aria-hidden="true">…</p>
      <template v-for="day in days" :key="day.date">
        <p class="day"><span>{{ day.name }}</span></p>
        <Message v-for="each in day.messages" :key="each.id" :message="each" :replies="community.replies[each.id]" />
      </template>
      <div class="message peer waiting" v-for="each in waiting" :key="each.id">
        <span class="face peer" aria-hidden="true">{{ start.me.name[0] }}</span>
        <div class="content"><div class="head"><span class="author">{{ start.me.name }}</span>
          <span class="small" v-if="each.failed" role="alert">{{ each.failed }}
            <button class="quiet-button" @click="community.rewrite(each)">{{ t("Edit") }}</button>
            <button class="quiet-button" @click="community.discard(each.id)">{{ t("Discard") }}</button></span>
          <span class="small" v-else role="status">{{ each.late ?? t("is being sent") }}</span></div>
          <div class="body"><p class="raw">{{ each.text }}</p></div></div>
      </div>
    </div></section>
    <button class="newest" v-if="!community.found && (community.unseen || community.newer)" @click="newest">
      <Icon name="down" />{{ community.unseen ? t("New messages: {count}", { count: community.unseen }) : t("To the newest") }}
    </button>`,
};
