// The custom element <layer-scope>: one block in somebody else's page.
// All elements of a page share one instance of the module, which is fetched when the first of them comes near the viewport.

const HOME = new URL("./", import.meta.url).href;
const VIEW_KEYS = ["step", "focus", "autoplay", "speed", "theme", "controls", "lang", "motion", "backend", "links"];

let module;
const load = () =>
  (module ??= import("./layerscope.js")
    .then(async (layerscope) => {
      await layerscope.default();
      return layerscope;
    })
    .catch((error) => {
      module = undefined;
      throw error;
    }));

class LayerScope extends HTMLElement {
  static observedAttributes = ["block", "settings", ...VIEW_KEYS];

  #widget;
  #root;
  #watch;
  #styled;
  #settle;
  #queued = false;
  ready = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));

  constructor() {
    super();
    // Nobody has to wait for the promise; failures are told as an event, too.
    this.ready.catch(() => {});
    const shadow = this.attachShadow({ mode: "open" });
    shadow.innerHTML = `<link rel="stylesheet" href="${HOME}style.css"><style>:host{display:block}</style><slot></slot>`;
    const link = shadow.querySelector("link");
    // Without its style sheet a block is still readable.
    this.#styled = new Promise((resolve) => (link.onload = link.onerror = resolve));
  }

  connectedCallback() {
    if (this.getAttribute("loading") === "eager") return void this.#start();
    this.#watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.#start(), {
      rootMargin: "200px",
    });
    this.#watch.observe(this);
  }

  disconnectedCallback() {
    this.#watch?.disconnect();
    this.#widget?.destroy();
    this.#widget?.free();
    this.#widget = undefined;
    this.#show(false);
    this.#root = undefined;
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#widget || before === now || this.#queued) return;
    // Several attributes that change together are one change.
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      if (this.#widget) this.#try(() => this.#widget.setQuery(this.#query()));
    });
  }

  async #start() {
    this.#watch?.disconnect();
    if (this.#widget) return;
    try {
      const [{ mount }] = await Promise.all([load(), this.#styled]);
      if (!this.isConnected || this.#widget) return;
      this.#root = document.createElement("div");
      this.#show(true);
      this.#widget = mount(this.#root, this.#query(), HOME, (kind, detail) => this.#tell(kind, detail));
      this.#settle.resolve(this);
      this.#tell("ready", { block: this.getAttribute("block"), steps: this.steps });
    } catch (error) {
      this.#show(false);
      this.#settle.reject(error);
      this.#tell("error", { code: error.code ?? "load", message: error.message ?? String(error), recoverable: false });
    }
  }

  /** The block in place of the light DOM, or the other way round. */
  #show(block) {
    if (block) this.shadowRoot.append(this.#root);
    else this.#root?.remove();
    this.shadowRoot.querySelector("slot").style.display = block ? "none" : "";
  }

  #query() {
    const query = new URLSearchParams(this.getAttribute("settings") ?? "");
    query.set("block", this.getAttribute("block") ?? "");
    for (const key of VIEW_KEYS) if (this.hasAttribute(key)) query.set(key, this.getAttribute(key));
    return `?${query}`;
  }

  #tell(kind, detail) {
    if (kind === "size") return;
    this.dispatchEvent(new CustomEvent(`layerscope-${kind}`, { detail, bubbles: true, composed: true }));
  }

  #try(act) {
    try {
      return act();
    } catch (error) {
      this.#tell("error", { code: error.code ?? "value", message: error.message, recoverable: true });
    }
  }

  get state() {
    return this.#widget?.state;
  }
  set state(state) {
    this.ready.then(() => this.#try(() => this.#widget?.setState(state)));
  }
  get step() {
    return this.#widget?.step ?? 0;
  }
  set step(step) {
    this.goTo(step);
  }
  get steps() {
    return this.#widget?.steps ?? 0;
  }
  get playing() {
    return this.#widget?.playing ?? false;
  }
  get activeBackend() {
    return this.#widget?.activeBackend;
  }

  play() {
    this.#widget?.play();
  }
  pause() {
    this.#widget?.pause();
  }
  next() {
    this.#widget?.next();
  }
  previous() {
    this.#widget?.previous();
  }
  goTo(step) {
    this.#widget?.goTo(Number(step));
  }
  reset() {
    this.#widget?.reset();
  }
  toSVG() {
    return this.#widget?.toSVG();
  }
  async toPNG({ scale = 2 } = {}) {
    return this.#widget?.toPNG(scale);
  }
  explain(cell) {
    return this.#widget?.explain(String(cell)) ?? null;
  }
  /** Where a cell is on the page: {x, y, width, height} in client coordinates, or null. */
  locate(cell) {
    return this.#widget?.locate(String(cell)) ?? null;
  }
}

if (!customElements.get("layer-scope")) customElements.define("layer-scope", LayerScope);
