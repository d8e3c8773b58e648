/* <steelyard-prompt src="…">: what to know before a step is done, inside a page of a business system.

   src: an address of the business system itself, which asks the API with its token and passes the answer on; a token never
   comes into a browser. Nothing here may hinder the work: without an answer it says so in one line, and that is all. */

const LOOK = `
  :host { display: block; font: 14px/1.55 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC Variable", sans-serif; color: #1b2638; }
  section { border: 1px solid #b9cff2; border-left: 4px solid #1454b8; border-radius: 4px; background: #fff; padding: 12px 14px; }
  section.near { border-left-color: #e8b23a; } section.over { border-left-color: #c4161c; }
  h3 { margin: 0 0 2px; font-size: 15px; } p, dl, dd, ul { margin: 0; } dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 12px; margin-top: 8px; }
  dt { color: #55637a; } ul { padding: 0; list-style: none; } li + li { margin-top: 2px; }
  b { font-variant-numeric: tabular-nums; } .over b { color: #c4161c; } .near b { color: #8a5a00; } .soft { color: #55637a; }
`;
const WORDS = {
  zh: { head: "绩效提示", does: "工作标准", assesses: "考核点", risks: "风险点", basis: "依据", due: "办理时限", stakes: "影响指标", none: "没有时限",
        left: (m) => `还剩 ${span(m, "zh")}`, over: (m) => `已超 ${span(m, "zh")}`, away: "绩效提示暂时取不到，不影响办理。", wait: "正在取绩效提示…" },
  en: { head: "Performance prompt", does: "Standard", assesses: "Assessed", risks: "Risks", basis: "Basis", due: "Time limit", stakes: "At stake", none: "no limit",
        left: (m) => `${span(m, "en")} left`, over: (m) => `${span(m, "en")} over`, away: "The prompt cannot be had just now; go on with your work.", wait: "Asking for the prompt…" },
};
const NEAR = 60; // working minutes

function span(minutes, language) {
  const hours = Math.floor(minutes / 60), rest = minutes % 60;
  if (language === "en") return [hours && `${hours} h`, (rest || !hours) && `${rest} min`].filter(Boolean).join(" ");
  return [hours && `${hours} 小时`, (rest || !hours) && `${rest} 分钟`].filter(Boolean).join(" ") + "（工作时间）";
}

function made(name, text, more = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...more });
}

class Prompt extends HTMLElement {
  static observedAttributes = ["src"];

  connectedCallback() {
    if (!this.shadowRoot) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(LOOK);
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    }
    this.setAttribute("role", "status"); // heard when it comes, without taking the focus
    this.ask();
  }

  attributeChangedCallback() {
    if (this.isConnected && this.shadowRoot) this.ask();
  }

  get words() {
    return WORDS[(this.closest("[lang]")?.lang ?? "zh").startsWith("en") ? "en" : "zh"];
  }

  async ask() {
    const asked = this.getAttribute("src");
    this.say(this.words.wait);
    try {
      const answer = await fetch(asked, { headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (asked !== this.getAttribute("src")) return; // another case was chosen meanwhile
      if (told.problems) this.say(told.problems.map((one) => (this.words === WORDS.en ? one.en : one.zh)).join(" "));
      else this.show(told);
    } catch {
      this.say(this.words.away);
    }
  }

  say(text) {
    const room = document.createElement("section");
    room.append(made("p", text, { className: "soft" }));
    this.shadowRoot.replaceChildren(room);
  }

  show(told) {
    const words = this.words, own = words === WORDS.en ? "en" : "zh", room = document.createElement("section");
    if (told.left !== null) room.className = told.left < 0 ? "over" : told.left <= NEAR ? "near" : "";
    room.append(made("h3", `${words.head} · ${told.duty}`), made("p", told.does));
    const rows = document.createElement("dl");
    rows.append(made("dt", words.due), this.due(told, words, own));
    for (const key of ["assesses", "risks"]) if (told[key].length) rows.append(made("dt", words[key]), made("dd", told[key].join("、")));
    if (told.stakes.length) rows.append(made("dt", words.stakes), this.stakes(told, own));
    if (told.basis) rows.append(made("dt", words.basis), made("dd", told.basis, { className: "soft" }));
    room.append(rows);
    this.shadowRoot.replaceChildren(room);
  }

  due(told, words, own) {
    const cell = document.createElement("dd");
    if (told.due === null) return Object.assign(cell, { textContent: told[`limit_${own}`] || words.none });
    const left = told.left === null ? "" : told.left < 0 ? words.over(-told.left) : words.left(told.left);
    cell.append(`${told[`limit_${own}`]} · ${told.due.slice(0, 16).replace("T", " ")} `, made("b", left));
    return cell;
  }

  stakes(told, own) {
    const cell = document.createElement("dd"), list = document.createElement("ul");
    for (const one of told.stakes) list.append(made("li", `${one.name}${own === "zh" ? "：" : ": "}${one[`text_${own}`]}`));
    cell.append(list);
    return cell;
  }
}

customElements.define("steelyard-prompt", Prompt);
