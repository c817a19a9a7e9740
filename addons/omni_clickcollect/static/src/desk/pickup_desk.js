import {
    Component,
    onWillDestroy,
    onWillStart,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { PickupCard } from "./pickup_card";
import { PickupDetail } from "./pickup_detail";

const CHANGED = "omni_pickup/changed";
const RETRY_MS = 4000; // only while the network is away
const CLOCK_MS = 30000; // a pickup becomes late without anything happening
const STORE_KEY = "omni_clickcollect.store";

/** The queue of one store. The server tells when it changes; what is on screen stays through a loss of network. */
export class PickupDesk extends Component {
    static template = "omni_clickcollect.PickupDesk";
    static components = { PickupCard, PickupDetail };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.busService = useService("bus_service");
        this.notification = useService("notification");
        this.searchRef = useRef("search");
        this.state = useState({
            stores: [],
            storeId: false,
            queue: { to_prepare: { count: 0, cards: [] }, ready: { count: 0, cards: [] } },
            tab: "to_prepare",
            search: "",
            openId: false,
            ticked: {}, // line id -> true, of pickups being prepared
            scanned: "", // a code scanned for the pickup on screen
            offline: false,
            denied: "",
            loaded: false,
            now: luxon.DateTime.now(),
        });
        this.reload = useDebounced(() => this.load(), 200);
        const onChanged = ({ warehouse_id }) =>
            warehouse_id === this.state.storeId && this.reload();
        const clock = browser.setInterval(() => (this.state.now = luxon.DateTime.now()), CLOCK_MS);
        this.busService.subscribe(CHANGED, onChanged);
        useBus(this.busService, "BUS:RECONNECT", () => this.reload());
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) =>
            this.onScan(detail.barcode)
        );
        useExternalListener(browser, "online", () => this.reload());
        onWillStart(() => this.start());
        onWillDestroy(() => {
            this.busService.unsubscribe(CHANGED, onChanged);
            this.leaveStore();
            browser.clearInterval(clock);
            browser.clearTimeout(this.retry);
        });
    }

    // -- data ---------------------------------------------------------------------------------------------------------

    /** Call the server; false when it cannot be reached. What was asked for is then asked again by the user or the retry. */
    async call(method, args) {
        try {
            const result = await this.orm.silent.call("omni.pickup", method, args);
            this.state.offline = false;
            return result;
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.state.offline = true;
            browser.clearTimeout(this.retry);
            this.retry = browser.setTimeout(() => this.reload(), RETRY_MS);
            return false;
        }
    }

    async start() {
        const stores = await this.call("desk_stores", []);
        if (!stores) {
            return;
        }
        this.state.stores = stores;
        const wanted = Number(browser.localStorage.getItem(STORE_KEY));
        const store =
            stores.find(({ id }) => id === wanted) ||
            stores.find(({ count }) => count) ||
            stores[0];
        if (store) {
            await this.enterStore(store.id);
        }
        this.state.loaded = true;
    }

    async enterStore(id) {
        const storeId = Number(id); // a select gives text
        this.leaveStore();
        Object.assign(this.state, { storeId, openId: false, search: "" });
        browser.localStorage.setItem(STORE_KEY, storeId);
        this.busService.addChannel(`omni_pickup_${storeId}`);
        await this.load();
    }

    leaveStore() {
        if (this.state.storeId) {
            this.busService.deleteChannel(`omni_pickup_${this.state.storeId}`);
        }
    }

    async load() {
        if (!this.state.storeId) {
            return this.start();
        }
        const { storeId, search } = this.state;
        let queue = false;
        try {
            queue = await this.call("desk_queue", [storeId, search]);
            this.state.denied = "";
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.denied = error.data?.message || error.message;
        }
        // An answer that was overtaken by another store or search is not shown.
        if (queue && storeId === this.state.storeId && search === this.state.search) {
            this.state.queue = queue;
            this.state.now = luxon.DateTime.now();
            this.state.openId = this.opened ? this.state.openId : false;
        }
    }

    get cards() {
        return [...this.state.queue.to_prepare.cards, ...this.state.queue.ready.cards];
    }

    get opened() {
        return this.cards.find(({ id }) => id === this.state.openId);
    }

    get columns() {
        const { queue, search } = this.state;
        const columns = [
            { id: "to_prepare", title: _t("To prepare"), icon: "fa-list-ul" },
            { id: "ready", title: _t("Ready"), icon: "fa-shopping-bag" },
        ];
        const empty = {
            to_prepare: _t("Nothing to prepare"),
            ready: _t("No pickup waits for its customer"),
        };
        return columns.map((column) => {
            const { count, cards } = queue[column.id];
            const shown = { shown: cards.length, count };
            return {
                ...column,
                count,
                cards,
                empty: search ? _t("Nothing found for “%s”", search) : empty[column.id],
                more:
                    count > cards.length &&
                    _t("The first %(shown)s of %(count)s. Search to find the others.", shown),
            };
        });
    }

    // -- what the user does -------------------------------------------------------------------------------------------

    onSearch(ev) {
        this.state.search = ev.target.value;
        this.reload();
    }

    clearSearch() {
        this.state.search = "";
        this.searchRef.el.focus();
        this.reload();
    }

    open(card) {
        Object.assign(this.state, { openId: card.id, scanned: "" });
    }

    close() {
        this.state.openId = false;
    }

    onKeydown(ev) {
        if (ev.key === "Escape" && this.state.openId) {
            this.close();
        }
    }

    toggle(lineId) {
        this.state.ticked[lineId] = !this.state.ticked[lineId];
    }

    /** A product's barcode ticks its line; a pickup's code opens it, or proves who came for the one on screen. */
    onScan(barcode) {
        const card = this.opened;
        const line = card?.lines.find((line) => line.barcode === barcode);
        const code = barcode.toUpperCase().replace(/[^A-Z0-9]/g, "");
        const found = this.cards.find((card) => card.code === code);
        if (line && card.state === "preparing") {
            this.state.ticked[line.id] = true;
        } else if (card?.state === "ready" && (!found || found === card)) {
            this.state.scanned = code;
        } else if (found) {
            this.open(found);
        } else {
            this.state.search = barcode;
            this.reload();
        }
    }

    /** Run an action of a pickup; the message of a refusal is returned, "" when done. */
    async act(card, method, args = []) {
        let done = false;
        try {
            done = await this.call(method, [[card.id], ...args]);
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.reload();
            return error.data?.message || error.message;
        }
        if (!done) {
            return _t("No connection. Try again when it is back.");
        }
        this.notify(card, method);
        await this.load();
        return "";
    }

    notify(card, method) {
        const text = {
            action_ready: _t("%s is ready: the customer is told by mail.", card.customer),
            action_hand_over: _t("Handed over to %s.", card.customer),
            action_release: _t("Released. Put the goods back."),
        }[method];
        if (text) {
            this.notification.add(text, { type: "success" });
        }
    }
}

registry.category("actions").add("omni_clickcollect.pickup_desk", PickupDesk);
