// The connection to the server: asking, waiting for the answer, and noticing when it is gone.
const PATIENCE = 20_000;

export const link = {
  data() {
    return { online: true, back: false, shownOffline: false, ready: false };
  },
  created() {
    this.waiting = new Map();
    this.number = 0;
  },
  mounted() {
    if (sessionStorage.regularsAway) this.cameBack();
    this.watchSocket();
  },
  methods: {
    watchSocket() {
      const connected = () => {
        const again = !this.online;
        this.online = true;
        this.shownOffline = false;
        this.ready = true;
        if (again) this.cameBack();
        this.flush();
        if (again) this.catchUp();
        this.readOn();
      };
      window.socket.on("connect", connected);
      window.socket.on("disconnect", () => {
        this.online = false;
        sessionStorage.regularsAway = "yes";
        setTimeout(() => (this.shownOffline = !this.online), 400);
      });
    },
    // Before the page loads itself again.
    remembers() {
      const reading = this.$refs.timeline?.reading();
      if (reading) sessionStorage.regularsReading = JSON.stringify({ channel: this.channel, reading });
    },
    // After it did: where the reader was.
    readOn() {
      const { channel, reading } = JSON.parse(sessionStorage.regularsReading ?? "{}");
      delete sessionStorage.regularsReading;
      if (reading && channel === this.channel && !this.page) this.open(channel, reading);
    },
    cameBack() {
      delete sessionStorage.regularsAway;
      this.back = true;
      setTimeout(() => (this.back = false), 4000);
    },
    // The server's answer; rejects where none comes.
    call(asked) {
      const call = ++this.number;
      return new Promise((resolve, reject) => {
        const late = () => this.waiting.delete(call) && reject(new Error("no answer"));
        this.waiting.set(call, { resolve, timer: setTimeout(late, PATIENCE) });
        window.socket.emit("call", { ...asked, call });
      });
    },
    answered(told) {
      const waiting = this.waiting.get(told.call);
      if (!waiting) return;
      this.waiting.delete(told.call);
      clearTimeout(waiting.timer);
      waiting.resolve(told);
    },
    // The answer, or null after the reader was told what went wrong.
    async ask(asked) {
      if (!this.online) {
        this.notice(this.t("There is no connection at present. Try again when it is back."));
        return null;
      }
      try {
        const answer = await this.call(asked);
        if (!answer.error) return answer;
        this.notice(answer.error, null, answer.old);
      } catch {
        this.notice(this.t("The server did not answer. Try again."));
      }
      return null;
    },
  },
};
