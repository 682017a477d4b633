/* Finding a service: by its name, by how it sounds, by the initials, or by a mixture of them.

   Pure. Whoever types `hkqy`, `hukouqy` or 户口迁移 gets 户口迁移审批; several words must all fit.
   Only when nothing fits may letters be left out in between: 社保卡 is 社会保障卡. */

const HAN = /\p{Script=Han}/u;
const NEITHER = /[^\p{L}\p{N}]+/u;

/** The services of a catalogue, ready to be searched. */
export class Index {
  #all;

  constructor(services) {
    this.#all = services.map((service) => ({
      service,
      name: plain(service.name),
      english: service.name_en.toLowerCase().split(NEITHER).filter(Boolean),
      syllables: service.sound.split(" "),
      more: [plain(service.department), service.service.toLowerCase()],
    }));
  }

  /** What fits, best first; everything for nothing. */
  find(text) {
    const words = text.normalize("NFKC").toLowerCase().split(NEITHER).filter(Boolean);
    const found = this.#ranked(words, near);
    return found.length ? found : this.#ranked(words, far);
  }

  #ranked(words, measure) {
    const measured = this.#all.map((one) => ({
      service: one.service,
      rank: words.reduce((sum, word) => sum + measure(one, word), 0),
    }));
    const fitting = measured.filter(({ rank }) => rank < Infinity);
    return fitting.sort((a, b) => a.rank - b.rank).map(({ service }) => service);
  }
}

function plain(text) {
  return text.normalize("NFKC").toLowerCase().split(NEITHER).join("");
}

/** How far from the front a word stands; Infinity when it does not stand there. */
function near(one, word) {
  const at = HAN.test(word) ? one.name.indexOf(word) : spoken(one, word);
  if (at >= 0) return at + (one.name.length - word.length) / 100;
  return one.more.some((text) => text.includes(word)) ? 1000 : Infinity;
}

function spoken({ syllables, english, name }, word) {
  const at = syllables.findIndex((_, first) => sounds(syllables, first, word));
  if (at >= 0) return at;
  const inEnglish = english.findIndex((part) => part.startsWith(word));
  return inEnglish >= 0 ? inEnglish : name.indexOf(word);
}

/** Whether what was typed is made of the beginnings of these syllables, from one of them on. */
function sounds(syllables, at, typed) {
  if (!typed) return true;
  let same = 0;
  const syllable = syllables[at] ?? "";
  while (same < syllable.length && syllable[same] === typed[same]) same++;
  for (; same > 0; same--) if (sounds(syllables, at + 1, typed.slice(same))) return true;
  return false;
}

/** The same with letters left out, as people shorten names: 社保卡, `sbk`; not too many of them. */
function far(one, word) {
  const whole = HAN.test(word) ? [...one.name] : one.syllables.map((syllable) => syllable[0]);
  const spans = whole.map((_, first) => span(whole, first, word)).filter((long) => long <= 2 * word.length);
  return word.length > 1 && spans.length ? Math.min(...spans) : Infinity;
}

/** How many letters from `first` on it takes until all of a word have come. */
function span(whole, first, word) {
  let same = 0;
  for (let at = first; at < whole.length; at++) {
    if (whole[at] === word[same]) same++;
    else if (at === first) return Infinity;
    if (same === word.length) return at - first + 1;
  }
  return Infinity;
}
