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

  #module;
  #widget;
  #root;
  #watch;
  #styled;
  #settle;
  #failed = false;
  /** The attributes that have changed since the picture followed them. */
  #changed = new Set();
  /** Follows them; what is asked of the element is done in order, and this is one of it. */
  #attributes = { query: () => (this.#isOther || this.#changed.has("settings") ? this.#query() : undefined), act: () => this.#follow() };
  /** What was shown before the element was taken off the page, and whether it played. */
  #kept;
  #played = false;
  /** What is asked of it, in order, while it shows nothing, or waits for what another block reads. */
  #later = [];
  #waiting;
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
    const shown = this.#shown;
    if (!shown) return;
    // An element that is only moved goes on where it was.
    [this.#kept, this.#played] = [shown.state, shown.playing];
    shown.destroy();
    shown.free();
    this.#widget = this.#waiting = undefined;
    this.#show(false);
    this.#root = undefined;
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name === "loading") {
      if (now === "eager") this.#start();
      return;
    }
    if (this.#failed) {
      [this.#failed, this.ready] = [false, this.#promise()];
      queueMicrotask(() => this.#start());
    }
    // A first start reads all attributes; what was asked before this one must not undo it.
    if (!this.#widget && !this.#kept && this.#later.length === 0) return;
    // Several attributes that change together are one change.
    if (this.#changed.size === 0) {
      this.#later.push(this.#attributes);
      queueMicrotask(() => this.#catchUp());
    }
    this.#changed.add(name);
  }

  /** The widget, as the attributes say by now. */
  get #shown() {
    this.#catchUp();
    return this.#widget;
  }

  /** Whether the attributes name another block than the one that is shown. */
  get #isOther() {
    return this.#changed.has("block") && this.getAttribute("block") !== this.#widget.state.block;
  }

  /** Shows what the attributes say. What the reader did stays, unless it is about another picture now. */
  #follow() {
    const [isOther, changed] = [this.#isOther, [...this.#changed]];
    this.#changed.clear();
    if (isOther || changed.includes("settings")) return this.#widget.setQuery(this.#query());
    const view = new URLSearchParams();
    for (const key of changed) {
      const value = this.getAttribute(key) ?? VIEW_DEFAULTS[key];
      if (value !== undefined) view.set(key, value);
    }
    this.#widget.setView(`?${view}`);
  }

  /** Does something with the widget, which may turn to a block by it: now, or when everything before it is done. */
  #act(act, query = () => undefined) {
    this.#later.push({ query, act });
    this.#catchUp();
  }

  /** Does what was asked, up to what has to wait until the files of a block are there. */
  #catchUp() {
    while (this.#widget && !this.#waiting && this.#later.length > 0) {
      const [asked] = this.#later;
      const fetched = this.#module.prepare(asked.query() ?? "", HOME);
      if (fetched) return void this.#wait(fetched, asked);
      this.#later.shift();
      this.#try(asked.act);
    }
  }

  /** Goes on when the files are there. What cannot be had changes nothing. */
  async #wait(fetched, asked) {
    this.#waiting = fetched;
    const error = await fetched.then(() => undefined, (error) => error);
    if (this.#waiting !== fetched) return;
    this.#waiting = undefined;
    if (error) {
      this.#later.shift();
      if (asked === this.#attributes) this.#changed.clear();
      this.#refuse(error);
    }
    this.#catchUp();
  }

  async #start() {
    this.#watch?.disconnect();
    if (this.#widget || !this.isConnected) return;
    if (this.#failed) this.ready = this.#promise();
    this.#failed = false;
    try {
      [this.#module] = await Promise.all([load(), this.#styled]);
      for (let fetched; (fetched = this.#module.prepare(this.#query(), HOME)); ) await fetched;
      if (!this.isConnected || this.#widget) return;
      this.#root = document.createElement("div");
      this.#show(true);
      this.#widget = this.#module.mount(this.#root, this.#query(), HOME, (kind, detail) => this.#tell(kind, detail));
      if (this.#kept) this.#try(() => this.#widget.setState(this.#kept));
      this.#catchUp();
      if (this.#played) this.#act(() => this.#widget.play());
      [this.#kept, this.#played] = [undefined, false];
      this.#settle.resolve(this);
      this.#tell("ready", { block: this.state.block, steps: this.steps });
    } catch (error) {
      this.#failed = true;
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
      this.#refuse(error);
    }
  }

  #refuse(error) {
    this.#tell("error", { code: error.code ?? "value", message: error.message, recoverable: true });
  }

  get state() {
    return this.#shown?.state;
  }
  set state(state) {
    this.#act(
      () => this.#widget.setState(state),
      () => state?.block && `?${new URLSearchParams({ block: state.block })}`,
    );
  }
  get step() {
    return this.#shown?.step ?? 0;
  }
  set step(step) {
    this.goTo(step);
  }
  get steps() {
    return this.#shown?.steps ?? 0;
  }
  get playing() {
    return this.#shown?.playing ?? false;
  }
  get activeBackend() {
    return this.#shown?.activeBackend;
  }

  play() {
    this.#act(() => this.#widget.play());
  }
  pause() {
    this.#act(() => this.#widget.pause());
  }
  next() {
    this.#act(() => this.#widget.next());
  }
  previous() {
    this.#act(() => this.#widget.previous());
  }
  goTo(step) {
    this.#act(() => this.#widget.goTo(Number(step)));
  }
  reset() {
    this.#act(() => this.#widget.reset());
  }
  toSVG() {
    return this.#shown?.toSVG();
  }
  async toPNG({ scale = 2 } = {}) {
    return this.#shown?.toPNG(scale);
  }
  explain(cell) {
    return this.#shown?.explain(String(cell)) ?? null;
  }
  /** Where a cell is on the page: {x, y, width, height} in client coordinates, or null. */
  locate(cell) {
    return this.#shown?.locate(String(cell)) ?? null;
  }
}

if (!customElements.get("layer-scope")) customElements.define("layer-scope", LayerScope);
