// The menu of one message. Arrow keys move in it, Escape and leaving it close it.
import { Icon, isDrawn } from "regulars/icons.js";

export const Menu = {
  components: { Icon },
  inject: ["t", "start", "community"],
  emits: ["close"],
  props: { message: Object },
  mounted() {
    this.items()[0]?.focus();
    this.$el.classList.toggle("up", this.$el.getBoundingClientRect().bottom > window.innerHeight - 8);
  },
  methods: {
    isDrawn,
    items() {
      return [...this.$el.querySelectorAll("[role=menuitem]")];
    },
    move(step) {
      const items = this.items();
      items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
    },
    left(event) {
      if (!this.$el.contains(event.relatedTarget)) setTimeout(() => this.$emit("close"), 0);
    },
    then(work) {
      this.$emit("close");
      this.$nextTick(work);
    },
    react(emoji) {
      const mine = this.message.reactions.find((each) => each.emoji === emoji)?.mine ?? false;
      this.then(() => this.community.ask({ do: "react", id: this.message.id, emoji, added: !mine }));
    },
    act(name) {
      this.then(() => this.community.ask({ do: "act", id: this.message.id, action: name }));
    },
    async copy() {
      const address = `${location.origin}/c/${this.message.channel}/${this.message.id}`;
      this.then(async () => {
        try {
          await navigator.clipboard.writeText(address);
          this.community.notice(this.t("The link is copied."));
        } catch {
          this.community.notice(address);
        }
      });
    },
  },
  template: `
    <div class="menu-list" role="menu" :aria-label="t('What to do with this message')" @keydown.down.prevent="move(1)"
      @keydown.up.prevent="move(-1)" @keydown.right.prevent="move(1)" @keydown.left.prevent="move(-1)"
      @keydown.esc.stop.prevent="$emit('close')" @focusout="left">
      <div class="emoji" role="none" v-if="!message.private">
        <button v-for="(sign, name) in start.emoji" :key="name" role="menuitem" tabindex="-1" :data-emoji="name"
          :title="community.emojiName(name)"
          :aria-label="t('React with {emoji}', { emoji: community.emojiName(name) })" @click="react(name)">
          <Icon v-if="isDrawn(name)" :name="name" /><template v-else>{{ sign }}</template></button>
      </div>
      <button role="menuitem" tabindex="-1" @click="then(() => community.$refs.composer.answer(message))">{{ t("Reply") }}</button>
      <button v-if="!message.private" role="menuitem" tabindex="-1" @click="then(() => community.$refs.composer.answerIn(message))">{{ t("Reply in a thread") }}</button>
      <button v-for="each in start.menu.actions" :key="each.name" role="menuitem" tabindex="-1" :title="each.summary"
        @click="act(each.name)">{{ each.label }}</button>
      <button role="menuitem" tabindex="-1" @click="copy">{{ t("Copy link") }}</button>
      <template v-if="message.own">
        <button role="menuitem" tabindex="-1" @click="then(() => community.$refs.composer.edit(message))">{{ t("Edit") }}</button>
        <button role="menuitem" tabindex="-1" class="danger" @click="then(() => community.confirmDelete(message))">{{ t("Delete") }}</button>
      </template>
    </div>`,
};
