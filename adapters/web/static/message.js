// One message, with everything under it.
import { Icon, isDrawn } from "regulars/icons.js";
import { Menu } from "regulars/menu.js";

const FEW = 5; // replies of a thread drawn unasked

export const Message = {
  components: { Icon, Menu },
  inject: ["t", "start", "community"],
  props: { message: Object, replies: { type: Array, default: () => [] }, inThread: Boolean },
  data() {
    return { menu: false, all: false, busy: false, picked: "" };
  },
  computed: {
    html() {
      return this.community.inward(this.message.html);
    },
    voiceName() {
      return this.community.voices[this.message.voice];
    },
    time() {
      return this.community.clock.format(this.message.at);
    },
    fullTime() {
      return this.community.calendar.format(this.message.at);
    },
    // The newest; where a link leads to an older one, from that one on.
    shownReplies() {
      const from = Math.max(this.replies.length - FEW, 0);
      const wanted = this.replies.findIndex((each) => each.id === this.community.around);
      return this.all ? this.replies : this.replies.slice(wanted < 0 ? from : Math.min(wanted, from));
    },
    isCut() {
      return this.community.cut.includes(this.message.id);
    },
    answered() {
      const found = this.message.replyTo && this.community.byId(this.message.replyTo);
      if (!found) return null;
      const text = found.title || found.text || new DOMParser().parseFromString(found.html, "text/html").body.textContent;
      return { id: found.id, author: found.author, text: text.slice(0, 90) };
    },
  },
  methods: {
    isDrawn,
    async press(number, option = false) {
      const button = option ? null : this.message.buttons[number];
      if (button?.form) return this.community.fill(this.message, number, button.form);
      this.busy = true;
      await this.community.ask({ do: "press", id: this.message.id, number, option });
      this.busy = false;
    },
    async showMore() {
      if (this.all && this.isCut) await this.community.olderReplies(this.message.id);
      this.all = true;
    },
    // Moving through a menu by keyboard chooses nothing yet.
    async choose() {
      await this.press(this.picked, true);
      this.picked = "";
    },
    react(emoji, added) {
      this.community.ask({ do: "react", id: this.message.id, emoji, added });
    },
  },
  template: `
    <article class="message" :class="[message.voice, { private: message.private, reply: inThread, gone: message.gone }]"
      :data-id="message.id" :data-thread="message.thread" :data-reply-to="message.replyTo" :data-author="message.author"
      :data-voice="message.voice" :data-private="message.private" :data-edited="message.edited" :id="'message-' + message.id"
      tabindex="-1" :aria-label="t('{author}, {voice}, {time}', { author: message.author, voice: voiceName, time })">
      <div class="content" v-if="message.gone"><p class="small">{{ t("This message was deleted.") }}</p>
        <div class="thread" v-if="replies.length">
          <Message v-for="each in replies" :key="each.id" :message="each" in-thread /></div></div>
      <template v-else>
        <span class="face" :class="message.voice" aria-hidden="true">
          <Icon v-if="message.voice === 'bot'" name="bot" /><template v-else>{{ message.author[0] }}</template>
        </span>
        <div class="content">
          <div class="head">
            <span class="author">{{ message.author }}</span>
            <span class="voice" :class="message.voice"><Icon :name="message.voice" />{{ voiceName }}</span>
            <a class="time" :href="community.here('/c/' + message.channel + '/' + message.id)" :title="fullTime"><time>{{ time }}</time></a>
            <span class="small" v-if="message.edited">{{ t("edited") }}</span>
            <span class="only" v-if="message.private"><Icon name="lock" />{{ t("Only you see this") }}</span>
          </div>
          <a class="quoted" v-if="answered" :href="community.here('/c/' + message.channel + '/' + answered.id)" @click.exact.prevent="community.reveal(answered.id)">
            <Icon name="reply" /><strong>{{ answered.author }}</strong> <span>{{ answered.text }}</span></a>
          <div :class="{ card: message.label || message.title }">
            <p class="label" v-if="message.label">{{ message.label }}</p>
            <h3 v-if="message.title">{{ message.title }}</h3>
            <div class="body" v-html="html"></div>
            <p class="source" v-if="message.source">
              <a v-if="message.source.address" :href="message.source.address" target="_blank" rel="noopener noreferrer">{{ message.source.title }}: {{ message.source.address }}</a>
              <template v-else>{{ message.source.title }}</template>
              <template v-if="message.source.checked"> · {{ message.source.checked }}</template>
            </p>
            <p class="note" v-for="note in message.notes">{{ note }}</p>
          </div>
          <div class="buttons" v-if="message.buttons?.length">
            <button v-for="(button, number) in message.buttons" :key="number" :class="{ primary: button.primary }"
              :disabled="busy" @click="press(number)">{{ button.label }}</button>
          </div>
          <form class="select" v-if="message.select" @submit.prevent="choose"><label>{{ message.select.prompt }}
            <select v-model="picked" :disabled="busy"><option value="" disabled>{{ t("Choose …") }}</option>
              <option v-for="(option, number) in message.select.options" :value="number">{{ option.label }}{{ option.hint ? ' – ' + option.hint : '' }}</option>
            </select></label>
            <button :disabled="busy || picked === ''">{{ t("Choose") }}</button></form>
          <div class="reactions" v-if="message.reactions.length">
            <button v-for="each in message.reactions" :key="each.emoji" :aria-pressed="each.mine" :data-emoji="each.emoji"
              :data-names="each.names.join(' ')" :title="community.emojiName(each.emoji) + ': ' + each.names.join(', ')"
              :aria-label="t('{emoji} by {names}', { emoji: community.emojiName(each.emoji), names: each.names.join(', ') })"
              @click="react(each.emoji, !each.mine)">
              <Icon v-if="isDrawn(each.emoji)" :name="each.emoji" /><template v-else>{{ each.sign }} </template>{{ each.names.length }}</button>
          </div>
          <div class="thread" v-if="replies.length">
            <button class="quiet-button" v-if="isCut || replies.length > shownReplies.length" @click="showMore">
              {{ isCut ? t("Show older replies") : t("Show all {count} replies", { count: replies.length }) }}</button>
            <Message v-for="each in shownReplies" :key="each.id" :message="each" in-thread />
          </div>
          <button class="quiet-button answer" v-if="replies.length" @click="community.$refs.composer.answerIn(message)">
            <Icon name="reply" />{{ t("Reply in the thread") }}</button>
        </div>
        <div class="tools">
          <button class="icon" :aria-label="t('What to do with this message')" aria-haspopup="menu" :aria-expanded="menu"
            ref="more" @click="menu = !menu"><Icon name="more" /></button>
          <Menu v-if="menu" :message="message" @close="menu = false; $refs.more?.focus()" />
        </div>
      </template>
    </article>`,
};
Message.components.Message = Message;
Message.name = "Message";
