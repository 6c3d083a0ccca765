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
  static observedAttributes = ["block", "settings", "loading", ...VIEW_KEYS];

  #widget;
  #root;
  #watch;
  #styled;
  #settle;
  #failed = false;
  /** The attributes that have changed since the picture followed them. */
  #changed = new Set();
  /** What was shown before the element was taken off the page, and what was set while it shows nothing. */
  #kept;
  #wasShown = false;
  ready = this.#promise();

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    shadow.innerHTML = `<link rel="stylesheet" href="${HOME}style.css"><style>:host{display:block}</style><slot></slot>`;
    const link = shadow.querySelector("link");
    // Without its style sheet a block is still readable.
    this.#styled = new Promise((resolve) => (link.onload = link.onerror = resolve));
  }

  #promise() {
    const ready = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Nobody has to wait for it; failures are told as an event, too.
    ready.catch(() => {});
    return ready;
  }

  connectedCallback() {
    // What a script has set before this class was there stands in the way of its properties.
    for (const name of ["state", "step"]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    if (this.getAttribute("loading") === "eager") return void this.#start();
    this.#watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.#start(), {
      rootMargin: "200px",
    });
    this.#watch.observe(this);
  }

  disconnectedCallback() {
    this.#watch?.disconnect();
    // An element that is only moved goes on where it was.
    if (this.#changed.size > 0) this.#follow();
    this.#wasShown ||= this.#widget !== undefined;
    this.#keep(this.#widget?.state);
    this.#widget?.destroy();
    this.#widget?.free();
    this.#widget = undefined;
    this.#show(false);
    this.#root = undefined;
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name === "loading") {
      if (now === "eager" && this.isConnected) this.#start();
      return;
    }
    this.#changed.add(name);
    // Several attributes that change together are one change.
    if (this.#changed.size === 1 && (this.#widget || this.#failed)) queueMicrotask(() => (this.#widget ? this.#follow() : this.#start()));
  }

  /** Shows what the changed attributes say. What the reader did stays, unless it is about another picture now. */
  #follow() {
    const changed = [...this.#changed];
    this.#changed.clear();
    if (!this.#widget || changed.length === 0) return;
    if (changed.includes("block") || changed.includes("settings")) return this.#try(() => this.#widget.setQuery(this.#query()));
    const view = new URLSearchParams();
    for (const key of changed) {
      const value = this.getAttribute(key) ?? VIEW_DEFAULTS[key];
      if (value !== undefined) view.set(key, value);
    }
    this.#try(() => this.#widget.setView(`?${view}`));
  }

  /** Lays a part of a state aside for when there is something to show it. */
  #keep(state) {
    if (state === undefined) return;
    const { settings, view } = this.#kept ?? {};
    this.#kept = { ...this.#kept, ...state, settings: { ...settings, ...state?.settings }, view: { ...view, ...state?.view } };
    this.#changed.clear();
  }

  async #start() {
    this.#watch?.disconnect();
    if (this.#widget || !this.isConnected) return;
    if (this.#failed) this.ready = this.#promise();
    this.#failed = false;
    try {
      const [{ mount }] = await Promise.all([load(), this.#styled]);
      if (!this.isConnected || this.#widget) return;
      this.#root = document.createElement("div");
      this.#show(true);
      this.#widget = mount(this.#root, this.#query(), HOME, (kind, detail) => this.#tell(kind, detail));
      // Told anew while it was away, it does not come back as it was; told otherwise only how to look, it does, and looks so.
      const anew = this.#wasShown && (this.#changed.has("block") || this.#changed.has("settings"));
      if (this.#kept && !anew) this.#try(() => this.#widget.setState(this.#kept));
      if (this.#wasShown && !anew) this.#follow();
      this.#kept = undefined;
      this.#changed.clear();
      this.#settle.resolve(this);
      this.#tell("ready", { block: this.state.block, steps: this.steps });
    } catch (error) {
      this.#failed = true;
      this.#changed.clear();
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
    if (this.#widget) this.#try(() => this.#widget.setState(state));
    else this.#keep(state);
  }
  get step() {
    return this.#widget?.step ?? 0;
  }
  set step(step) {
    if (this.#widget) this.goTo(step);
    else this.#keep({ step: Number(step) });
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
