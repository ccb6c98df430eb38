// Drawn here, so that nothing is loaded from elsewhere. Each on a grid of 20.
const PATHS = {
  menu: "M3 5h14M3 10h14M3 15h14",
  search: "M9 3a6 6 0 1 0 0 12A6 6 0 0 0 9 3zM13.5 13.5 17 17",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  send: "M3 10 17 3l-4 14-3-6-7-1z",
  close: "M5 5l10 10M15 5 5 15",
  check: "M4 10.5 8.5 15 16 6",
  lock: "M5 9h10v8H5zM7 9V6a3 3 0 0 1 6 0v3",
  offline: "M3 3l14 14M5 9a8 8 0 0 1 3-2M12 7a8 8 0 0 1 3 2M8 13a3 3 0 0 1 4 0",
  reply: "M8 5 3 10l5 5M3 10h8c4 0 6 2 6 5",
  down: "M10 4v12M5 11l5 5 5-5",
  organic: "M10 17V9M10 9c0-4 3-6 6-6 0 4-2 6-6 6zM10 12c0-3-2-5-5-5 0 3 2 5 5 5z",
  sponsored: "M4 8h12l-1-4H5zM5 8v8h10V8M8 16v-4h4v4",
  quiet: "M4 8v4h3l4 3V5L7 8zM14 8l3 4M17 8l-3 4",
  page: "M5 3h7l3 3v11H5zM8 9h4M8 12h4",
  official: "M10 2 16 4.5v5c0 4-2.5 6.5-6 8.5-3.5-2-6-4.500-6-8.500v-5zM7.200 9.800l2 2 3.600-3.800",
  bot: "M4 8h12v8H4zM10 8V4M7.500 11.500h.01M12.500 11.500h.01M8 14h4",
  peer: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17c0-3.500 2.500-5 6-5s6 1.500 6 5",
};

export const Icon = {
  props: { name: String },
  computed: {
    path() {
      return PATHS[this.name];
    },
  },
  template: `<svg class="drawn-icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path :d="path" /></svg>`,
};
