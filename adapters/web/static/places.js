// Addresses in this community: who one acts as goes with every link, and what leads here opens here.
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const PLACE = /^\/(c|p)\/[^/]+(\/[^/]+)?$/;

const leadsHere = (url) => url.host === location.host || (url.port === location.port && [url, location].every((each) => LOOPBACK.test(each.hostname)));

export const places = {
  methods: {
    // The path in this community that an address leads to, or null where it leads elsewhere.
    inside(address) {
      if (!URL.canParse(address, location.origin)) return null;
      const url = new URL(address, location.origin);
      if (!leadsHere(url) || !PLACE.test(url.pathname)) return null;
      url.searchParams.delete("as");
      return url.pathname + url.search;
    },
    // An address for a link: what leads here is opened as whoever acts now, in another tab too.
    here(address) {
      const path = this.inside(address);
      if (!path) return address;
      const url = new URL(path, location.origin);
      url.searchParams.set("as", this.start.me.name);
      return url.pathname + url.search;
    },
    // The bot's or a member's HTML, in which links to messages here say where they lead and are opened here.
    inward(html) {
      if (!html.includes('<a href="http')) return html;
      const body = new DOMParser().parseFromString(html, "text/html").body;
      for (const link of body.querySelectorAll("a[href]")) {
        const address = link.getAttribute("href");
        const path = this.inside(address);
        if (!path) continue;
        if (link.textContent === address) link.textContent = `#${path.split("/")[2]} ›`;
        link.setAttribute("href", this.here(address));
        link.removeAttribute("target");
      }
      return body.innerHTML;
    },
    go(path) {
      history.pushState(null, "", this.here(path));
      return this.followAddress();
    },
    onClick(event) {
      const link = event.target.closest("a[href]");
      if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const path = link.closest(".people") ? null : this.inside(link.href);
      if (!path) return;
      event.preventDefault();
      this.go(path);
    },
  },
};
