// The guided start: three things to try, and after each what to look at. It leaves for good when told to.
import { Icon } from "regulars/icons.js";

const KEPT = "regulars guide";

export const Guide = {
  components: { Icon },
  inject: ["t", "start", "community"],
  data() {
    // The step, the questions asked in the first two, and whether the composer is still to be filled.
    return { shown: !localStorage.regularsKnowsTheWay, kept: JSON.parse(sessionStorage[KEPT] ?? "{}") };
  },
  computed: {
    suggestions() {
      return [
        { name: "ask", label: this.t("Ask something"), text: this.t("How do I pair a new sensor?") },
        { name: "unknown", label: this.t("Ask what the FAQ does not know"), text: this.t("@bot Where can I buy cheese in Rome?") },
        { name: "staff", label: this.t("Answer as staff"), text: this.t("Thank you for your question. We look into it, and tell you here.") },
      ];
    },
    question() {
      return this.kept[this.kept.step === "staff" ? "unknown" : this.kept.step];
    },
    said() {
      const { roots, replies } = this.community;
      return [...roots, ...(replies[this.question] ?? [])];
    },
    answer() {
      return this.question && this.said.find((each) => each.voice === "bot" && !each.private && [each.replyTo, each.thread].includes(this.question));
    },
    handedOver() {
      return this.answer && this.said.some((each) => each.voice === "bot" && each.private && each.number > this.answer.number);
    },
    answered() {
      return this.question && this.said.some((each) => each.voice === "official" && each.own && each.thread === this.question);
    },
    hint() {
      const name = this.start.me.name.replace(/^./, (first) => first.toUpperCase());
      const asking = this.t("You are {name}, a customer. Press Enter to send it.", { name });
      if (this.kept.step === "ask") {
        if (this.answer) return this.t("The bot found it in the FAQ: the vendor’s own words, with their source. Now try the second.");
        return this.question ? "" : asking;
      }
      if (this.kept.step === "unknown") {
        if (this.handedOver) return this.t("The question is on the team’s list now. Try the third: answer it.");
        if (this.answer) return this.t("The bot does not know, and says so. Press “{button}” under its answer.", { button: this.answer.buttons.at(-1)?.label });
        return this.question ? "" : asking;
      }
      if (this.kept.step !== "staff" || this.kept.fill) return "";
      if (this.answered) return this.t("Everybody sees your answer at once, marked “Official”. That was all: go on as you like.");
      if (this.question) return this.t("You are {name} of the team, in the thread of a question that waits. Press Enter to answer.", { name });
      return this.t("No question waits. Ask first what the FAQ does not know.");
    },
  },
  watch: {
    "community.said"(said) {
      const { step } = this.kept;
      if (said && this.start.me.role === "customer" && ["ask", "unknown"].includes(step)) this.keep({ [step]: said, channel: this.community.channel });
    },
    "community.ready"(ready) {
      if (ready) this.begin();
    },
  },
  mounted() {
    if (this.community.ready) this.begin();
  },
  methods: {
    keep(what) {
      this.kept = { ...this.kept, ...what };
      sessionStorage[KEPT] = JSON.stringify(this.kept);
    },
    follow(step) {
      this.keep({ step, fill: true, ...(step === "staff" ? {} : { [step]: null }) });
      const { me, people, channels } = this.start;
      const channel = (channels.find((each) => each.mode === "sponsored") ?? channels[0]).name;
      const role = step === "staff" ? "staff" : "customer";
      const fits = me.role === role || (role === "staff" && me.role === "admin");
      if (fits && (role === "staff" || this.community.channel === channel)) return this.begin();
      const as = fits ? me.name : people.find((each) => each.role === role).name;
      location.assign(`/c/${channel}?as=${encodeURIComponent(as)}`);
    },
    async begin() {
      if (!this.shown || !this.kept.fill) return;
      const { step } = this.kept;
      const message = step === "staff" ? await this.waiting() : null;
      this.keep({ fill: false, ...(step === "staff" ? { unknown: message?.id } : {}) });
      await this.$nextTick();
      const { composer } = this.community.$refs;
      if (step === "staff" && !message) return composer.focus();
      composer.leave();
      if (message) composer.answerIn(message);
      composer.text = this.suggestions.find((each) => each.name === step).text;
      composer.focus();
    },
    // The question that waits for a person, opened: the one asked here, or else the first on the desk.
    async waiting() {
      const { community, kept } = this;
      for (const path of [kept.unknown && `/c/${kept.channel ?? community.channel}/${kept.unknown}`, await this.onDesk()]) {
        if (!path) continue;
        const id = path.split("/")[3];
        if (!community.byId(id)) await community.go(path);
        const found = community.byId(id);
        if (found && !found.gone) return found;
      }
      return null;
    },
    async onDesk() {
      const asked = { do: "page", page: "desk", given: {} };
      const answer = await this.community.call(asked).catch(() => null);
      const rows = (answer?.parts ?? []).flatMap((part) => part.rows ?? []);
      return rows.flat().map((cell) => cell.address && this.community.inside(cell.address)).find((path) => path?.startsWith("/c/"));
    },
    enough() {
      this.shown = false;
      localStorage.regularsKnowsTheWay = "yes";
      delete sessionStorage[KEPT];
      this.community.$refs.composer?.focus();
    },
  },
  template: `
    <div class="guide" v-if="shown" role="group" :aria-label="t('Try it')">
      <div class="tips">
        <span>{{ t("Try it") }}</span>
        <button v-for="each in suggestions" :key="each.name" :data-suggestion="each.name" :title="each.text"
          :aria-current="each.name === kept.step ? 'step' : null" @click="follow(each.name)">{{ each.label }}</button>
        <button class="icon" :aria-label="t('Hide the suggestions')" @click="enough"><Icon name="close" /></button>
      </div>
      <p class="next" role="status">{{ hint }}</p>
    </div>`,
};
