// Channels, pages, who one acts as, and the language.
import { Icon } from "regulars/icons.js";

export const Sidebar = {
  components: { Icon },
  inject: ["t", "start", "community"],
  props: { channel: String, page: String, unread: Object, open: Boolean },
  emits: ["close"],
  methods: {
    items() {
      return [...this.$el.querySelectorAll("a, button")].filter((each) => each.offsetParent);
    },
    enter() {
      this.items()[0].focus();
    },
    // The drawer keeps the focus while it is open.
    onTab(event) {
      if (!this.open) return;
      const items = this.items();
      const [from, to] = event.shiftKey ? [items[0], items.at(-1)] : [items.at(-1), items[0]];
      if (document.activeElement !== from) return;
      event.preventDefault();
      to.focus();
    },
    roleName(role) {
      return { customer: this.t("Customer"), staff: this.t("Staff"), admin: this.t("Admin") }[role];
    },
    addressAs(name) {
      const path = this.page ? "/" : location.pathname;
      return `${path}?as=${encodeURIComponent(name)}`;
    },
    speak(language) {
      document.cookie = `regulars_language=${language};path=/;max-age=31536000;samesite=strict`;
      location.reload();
    },
  },
  template: `
    <nav class="sidebar" :class="{ open }" :aria-label="t('Channels and pages')" @keydown.tab="onTab">
      <button class="icon close" v-if="open" :aria-label="t('Close')" @click="$emit('close')"><Icon name="close" /></button>
      <p class="community"><span class="mark" aria-hidden="true">R</span><span :title="start.community">{{ start.community }}</span></p>
      <h2>{{ t("Channels") }}</h2>
      <ul class="places">
        <li v-for="each in start.channels" :key="each.name">
          <a :href="community.here('/c/' + each.name)" :aria-current="each.name === channel ? 'page' : null" :aria-describedby="'mode-of-' + each.name">
            <span class="hash" aria-hidden="true">#</span><span class="name">{{ each.name }}</span>
            <span class="count" v-if="unread[each.name]">{{ unread[each.name] }}<span class="unseen"> {{ t("new") }}</span></span>
            <span class="mode" :class="each.mode"><Icon :name="each.mode" />{{ community.modeName(each.mode) }}</span>
          </a>
          <span class="hint" role="tooltip" :id="'mode-of-' + each.name">{{ community.modeMeaning(each.mode) }}</span>
        </li>
      </ul>
      <template v-if="start.menu.pages.length">
        <h2>{{ t("For the team") }}</h2>
        <ul class="places">
          <li v-for="each in start.menu.pages" :key="each.name">
            <a :href="community.here('/p/' + each.name)" :aria-current="each.name === page ? 'page' : null" :title="each.summary"><Icon name="page" /><span class="name">{{ each.title }}</span></a>
          </li>
        </ul>
      </template>
      <div class="grow"></div>
      <h2 id="acting">{{ t("You act as") }}</h2>
      <ul class="people" aria-labelledby="acting">
        <li v-for="each in start.people" :key="each.name">
          <a :href="addressAs(each.name)" :aria-current="each.name === start.me.name ? 'true' : null" :data-role="each.role">
            <span class="face" :class="each.role === 'customer' ? 'peer' : 'official'" aria-hidden="true">{{ each.name[0] }}</span>
            <span class="name">{{ each.name }}</span><span class="role">{{ roleName(each.role) }}</span>
          </a>
        </li>
      </ul>
      <div class="languages" role="group" :aria-label="t('Language')">
        <button v-for="(name, each) in start.languages" :key="each" :aria-pressed="each === start.language" :lang="each"
          @click="speak(each)">{{ name }}</button>
      </div>
    </nav>`,
};
