() => {
  const text = (found) => found?.textContent.trim() ?? "";
  const readable = (part) => {
    const addresses = part.matches(".source") ? [] : [...part.querySelectorAll("a[href]")].map((a) => a.getAttribute("href"));
    return [text(part), ...addresses].join("\n");
  };
  const words = (message) => {
    const own = message.querySelector(":scope > .content > div:not(.head):not(.buttons):not(.reactions):not(.thread)");
    if (!own) return "";
    const parts = [...own.querySelectorAll(".label, h3, .body p, .body pre, .body th, .body td, .body li:not(:has(p)), .source, .note")];
    return parts.map(readable).join("\n");
  };
  const message = (each) => ({
    id: each.dataset.id,
    author: each.dataset.author,
    voice: each.dataset.voice,
    private: each.dataset.private === "true",
    edited: each.dataset.edited === "true",
    thread: each.dataset.thread ?? null,
    replyTo: each.dataset.replyTo ?? null,
    text: words(each),
    buttons: [...each.querySelectorAll(":scope > .content > .buttons button")].map(text),
    options: [...each.querySelectorAll(":scope > .content > .select option:not(:disabled)")].map((o) => text(o).split(" – ")[0]),
    reactions: Object.fromEntries([...each.querySelectorAll(":scope > .content > .reactions button")].map((b) => [b.dataset.emoji, b.dataset.names.split(" ")])),
  });
  const form = document.querySelector("dialog[open] form");
  return {
    ready: document.querySelector(".regulars")?.dataset.ready === "true",
    messages: [...document.querySelectorAll("article.message")].map(message),
    form: form && { title: text(form.querySelector("h2")), fields: [...form.querySelectorAll("label > span")].map(text) },
  };
}
