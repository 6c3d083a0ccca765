// The custom element <layer-scope>: one block in somebody else's page.
// All elements of a page share one instance of the module, which is fetched when the first of them comes near the viewport.

const HOME = new URL("./", import.meta.url).href;
// The view keys, and what each stands for where its attribute is taken away; what is stepped to and pointed at then stays.
const VIEW_DEFAULTS = { autoplay: "0", speed: "1", theme: "auto", controls: "full", lang: "en", motion: "auto", backend: "auto", links: "1" };
const VIEW_KEYS = ["step", "focus", ...Object.keys(VIEW_DEFAULTS)];

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
  #changed = new Set();
  #kept;
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
    // An element that is only moved goes on where it was.
    this.#kept = this.#widget?.state ?? this.#kept;
    this.#widget?.destroy();
    this.#widget?.free();
    this.#widget = undefined;
    this.#show(false);
    this.#root = undefined;
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    // Told anew while it is away, it does not come back as it was.
    if (!this.#widget) return void (this.#kept = undefined);
    // Several attributes that change together are one change.
    if (this.#changed.size === 0) queueMicrotask(() => this.#follow());
    this.#changed.add(name);
  }

  /** Shows what the changed attributes say. What the reader did stays, unless it is about another picture now. */
  #follow() {
    const changed = [...this.#changed];
    this.#changed.clear();
    if (!this.#widget) return;
    if (changed.includes("block") || changed.includes("settings")) return this.#try(() => this.#widget.setQuery(this.#query()));
    const view = new URLSearchParams();
    for (const key of changed) {
      const value = this.getAttribute(key) ?? VIEW_DEFAULTS[key];
      if (value !== undefined) view.set(key, value);
    }
    this.#try(() => this.#widget.setView(`?${view}`));
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
      if (this.#kept) this.#try(() => this.#widget.setState(this.#kept));
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
