// Slash commands while they are typed: which option is meant, and how a value of it is written. A line is read here as
// bot/commands.py reads it: words in quotation marks stay together, and the last option takes the rest.
const QUOTE = /["“„”]/;
const WORD = /^(?:["“„”][^"“„”]+["“„”]|\S+)\s+/;
const QUOTED = /^["“„”]([^"“„”]*)["“„”]?$/;

// What of the line is being typed: the option's number, where its value begins, and the value so far.
export function typing(line, count) {
  let start = line.length - line.trimStart().length;
  let at = 0;
  for (; at < count - 1; at += 1) {
    const rest = line.slice(start);
    const word = QUOTED.test(rest) ? null : WORD.exec(rest);
    if (!word) break;
    start += word[0].length;
  }
  const rest = line.slice(start);
  const quoted = count > 1 ? QUOTED.exec(rest) : null;
  return { at, start, text: quoted ? quoted[1] : rest };
}

// The value as it must stand in the line to be read as that option's; null where it cannot.
export function written(value, at, count) {
  const plain = at === count - 1 ? !(at && QUOTED.test(value)) : !/\s/.test(value) && !QUOTED.test(value);
  if (plain) return value;
  return QUOTE.test(value) ? null : `"${value}"`;
}
