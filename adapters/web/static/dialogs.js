import { remember } from "regulars/talk.js";

// Forms of the bot's, and the question before something is deleted.
export const Dialogs = {
  inject: ["t", "start", "community"],
  data() {
    return { values: {}, busy: false };
  },
  computed: {
    key() {
      return `regulars form ${this.start.me.name}`;
    },
  },
  mounted() {
    const { form, values } = JSON.parse(sessionStorage[this.key] ?? "{}");
    if (!form) return;
    this.typed = values; // before the page was loaded again
    this.community.form = form;
  },
  watch: {
    values: {
      deep: true,
      handler(values) {
        if (this.community.form) remember(this.key, JSON.stringify({ form: this.community.form, values }));
      },
    },
    "community.form"(form) {
      if (!form) return delete sessionStorage[this.key];
      this.values = this.typed ?? Object.fromEntries(form.form.fields.map((each) => [each.name, each.value]));
      this.typed = null;
      this.$nextTick(() => this.$refs.form.showModal());
    },
    "community.asked"(message) {
      if (message) this.$nextTick(() => this.$refs.asked.showModal());
    },
  },
  methods: {
    async submit() {
      const { message, number, page, shown } = this.community.form;
      const asked = page
        ? { do: "press on page", page, shown, number, fields: this.values }
        : { do: "submit", id: message.id, number, fields: this.values };
      this.busy = true;
      const answer = await this.community.ask(asked);
      this.busy = false;
      if (answer) this.$refs.form.close();
    },
    async remove() {
      const message = this.community.asked;
      this.$refs.asked.close();
      await this.community.ask({ do: "delete", id: message.id });
      this.community.$refs.composer?.focus();
    },
  },
  template: `
    <dialog ref="form" v-if="community.form" @close="community.form = null" aria-labelledby="form-title">
      <form @submit.prevent="submit">
        <h2 id="form-title">{{ community.form.form.title }}</h2>
        <label v-for="each in community.form.form.fields" :key="each.name"><span>{{ each.label }}</span>
          <textarea v-if="each.multiline" v-model="values[each.name]" :name="each.name" rows="4" :required="each.required" :maxlength="each.longest"></textarea>
          <input v-else v-model="values[each.name]" :name="each.name" :required="each.required" :maxlength="each.longest" /></label>
        <div class="buttons"><button class="primary" :disabled="busy">{{ t("Send") }}</button>
          <button type="button" @click="$refs.form.close()">{{ t("Cancel") }}</button></div>
      </form>
    </dialog>
    <dialog ref="asked" v-if="community.asked" @close="community.asked = null" aria-labelledby="asked-title">
      <h2 id="asked-title">{{ t("Delete this message?") }}</h2>
      <p class="raw">{{ community.asked.text.slice(0, 300) }}</p>
      <div class="buttons"><button class="primary danger" @click="remove">{{ t("Delete") }}</button>
        <button @click="$refs.asked.close()">{{ t("Cancel") }}</button></div>
    </dialog>`,
};
