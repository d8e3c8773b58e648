/* Draws every <figure data-chart>: its option stands beside it as JSON, made and worded on the server. */

const source = document.querySelector("script[data-echarts]").dataset.echarts;
let loading;

function library() {
  loading ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: source, onload: () => resolve(window.echarts), onerror: reject });
    document.head.append(script);
  });
  return loading;
}

// On walls everything grows with the screen: charts are drawn small there and enlarged as a whole.
const scale = (room) => (room.closest(".wall") ? parseFloat(getComputedStyle(document.documentElement).fontSize) / 13 : 1);
const size = (room) => ({ width: room.clientWidth / scale(room), height: room.clientHeight / scale(room) });
const enlarge = (room) => Object.assign(room.firstElementChild.style, { transformOrigin: "0 0", transform: `scale(${scale(room)})` });

async function draw(figure) {
  const echarts = await library();
  if (figure.classList.contains("drawn")) return;
  figure.classList.add("drawn");
  const room = figure.querySelector(".chart-room");
  const chart = echarts.init(room, null, { renderer: "svg", ...size(room) });
  chart.setOption({ animation: false, ...JSON.parse(figure.querySelector("script").textContent) });
  enlarge(room);
  new ResizeObserver(() => {
    chart.resize(size(room));
    enlarge(room);
  }).observe(room);
  chart.on("click", (event) => event.data?.url && location.assign(event.data.url));
}

function save(address, name) {
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
}

async function picture(figure, kind) {
  const svg = figure.querySelector(".chart-room svg").cloneNode(true);
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const address = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(svg));
  if (kind === "svg") return save(address, figure.dataset.chart + ".svg");
  const image = Object.assign(new Image(), { src: address });
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width * 2, height: image.height * 2 });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  save(canvas.toDataURL("image/png"), figure.dataset.chart + ".png");
}

function table(figure) {
  const cell = (text) => '"' + (/^[=+\-@\t\r]/.test(text) && isNaN(text) ? "'" : "") + text.replaceAll('"', '""') + '"';
  const rows = [...figure.querySelectorAll(".chart-data tr")].map((row) => [...row.cells].map((one) => cell(one.textContent.trim())).join(","));
  save("data:text/csv;charset=utf-8,\ufeff" + encodeURIComponent(rows.join("\r\n")), figure.dataset.chart + ".csv");
}

const all = () => document.querySelectorAll("figure[data-chart]:not(.drawn)").forEach(draw);
document.addEventListener("htmx:after:swap", all);
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-save]");
  if (!button) return;
  const figure = button.closest("figure");
  button.dataset.save === "csv" ? table(figure) : picture(figure, button.dataset.save);
});
all();
