// A page for the team: figures, tables, forms and words, as a feature declared them.
const SOON_MS = 300;
const SELDOM_MS = 1500;

export const PageView = {
  inject: ["t", "community"],
  props: { name: String },
  data() {
    return { parts: null, given: {}, typed: {}, error: "", shown: 0, changed: "" };
  },
  mounted() {
    this.fromAddress();
    this.load();
  },
  beforeUnmount() {
    clearTimeout(this.soon);
  },
  methods: {
    // What was asked stands in the address, so that it can be linked and survives a reload.
    fromAddress() {
      this.given = Object.fromEntries(new URLSearchParams(location.search));
      delete this.given.as;
      this.typed = {};
    },
    open() {
      this.fromAddress();
      return this.load();
    },
    async load() {
      try {
        const answer = await this.community.call({ do: "page", page: this.name, given: this.given });
        this.take(answer);
      } catch {
        this.error = this.t("The server did not answer. Try again.");
      }
    },
    take(answer) {
      if (answer.again && this.parts) return this.loadSoon();
      this.error = answer.error ?? "";
      this.parts = answer.parts ?? [];
      this.shown = answer.call;
    },
    // Something happened that may stand here. Several things at once are one reason.
    loadSoon() {
      this.soon ??= setTimeout(this.loadAgain, Math.max(SOON_MS, (this.loadedAt ?? 0) + SELDOM_MS - Date.now()));
    },
    // Whoever reads, presses or writes here goes on where they are.
    async loadAgain() {
      this.soon = null;
      this.loadedAt = Date.now();
      const before = JSON.stringify(this.parts);
      const focused = this.$el.contains(document.activeElement);
      await this.load();
      if (before === JSON.stringify(this.parts)) return;
      this.changed = new Date().toLocaleTimeString(this.community.locale, { timeStyle: "short" });
      await this.$nextTick();
      if (focused && document.activeElement === document.body) this.$el.focus({ preventScroll: true });
    },
    // A row stays the same element while its question stands, so that no button moves under a finger.
    rowKey(rows, row) {
      const name = ([{ text, address }]) => `${text} ${address}`;
      return `${name(row)} ${rows.slice(0, rows.indexOf(row)).filter((each) => name(each) === name(row)).length}`;
    },
    ask(part, event) {
      this.given = { ...this.given, [part.name]: new FormData(event.target).get(part.name) };
      history.replaceState(null, "", this.community.here(`/p/${this.name}?${new URLSearchParams(this.given)}`));
      this.load();
    },
    press(button) {
      if (button.form) return this.community.fill(null, button.number, button.form, this.name);
      this.community.ask({ do: "press on page", page: this.name, shown: this.shown, number: button.number });
    },
  },
  template: `
    <div class="page" :aria-busy="parts === null" tabindex="0" role="region" :aria-label="community.pageInfo?.title ?? t('This page')">
      <p class="updated small" role="status">{{ changed && t("Updated {time}", { time: changed }) }}</p>
      <p class="empty" role="alert" v-if="error">{{ error }}</p>
      <template v-for="(part, at) in parts ?? []" :key="at">
        <dl class="figures" v-if="part.is === 'figures'">
          <div v-for="each in part.figures" :key="each.label"><dt>{{ each.label }}</dt><dd>{{ each.value }}</dd>
            <dd class="small" v-if="each.note">{{ each.note }}</dd></div>
        </dl>
        <form class="ask" v-else-if="part.is === 'ask'" @submit.prevent="ask(part, $event)">
          <label :for="'ask-' + part.name">{{ part.label }}</label>
          <div><input :id="'ask-' + part.name" :name="part.name" :value="typed[part.name] ?? part.value" @input="typed[part.name] = $event.target.value" maxlength="500" :placeholder="part.hint" />
            <button class="primary">{{ part.submit }}</button></div>
        </form>
        <section v-else-if="part.is === 'words'"><h2 v-if="part.title">{{ part.title }}</h2><div class="body" v-html="community.inward(part.html)"></div></section>
        <section v-else>
          <h2 :id="'part-' + at">{{ part.title }}</h2>
          <p class="empty" v-if="!part.rows.length">{{ part.empty }}</p>
          <div class="scrolls" v-else tabindex="0" role="group" :aria-labelledby="'part-' + at">
            <table :aria-labelledby="'part-' + at">
              <thead><tr><th v-for="column in part.columns" scope="col">{{ column }}</th></tr></thead>
              <tbody><tr v-for="row in part.rows" :key="rowKey(part.rows, row)"><td v-for="(cell, column) in row" :data-column="part.columns[column]">
                <a v-if="cell.address" :href="community.here(cell.address)" rel="noopener noreferrer">{{ cell.text }}</a><template v-else>{{ cell.text }}</template>
                <span class="bar" v-if="cell.share !== null" aria-hidden="true"><span :style="{ width: Math.round(cell.share * 100) + '%' }"></span></span>
                <small v-if="cell.note">{{ cell.note }}</small>
                <span class="buttons" v-if="cell.buttons.length"><button v-for="(button, nth) in cell.buttons" :key="nth"
                  :class="{ primary: button.primary }" @click="press(button)">{{ button.label }}</button></span>
              </td></tr></tbody>
            </table>
          </div>
        </section>
      </template>
    </div>`,
};
