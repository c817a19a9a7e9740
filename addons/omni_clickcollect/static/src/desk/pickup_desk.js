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
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { hasTouch } from "@web/core/browser/feature_detection";
import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useBack } from "./desk_back";
import { isSoundOn, play, switchSound } from "./desk_sound";
import { cleanCode, DeskOutbox } from "./desk_outbox";
import { PickupCard } from "./pickup_card";
import { PickupDetail } from "./pickup_detail";

const CHANGED = "omni_pickup/changed";
const RETRY_MS = 4000; // only while the network is away
const CLOCK_MS = 30000; // a pickup becomes late without anything happening
const STORE_KEY = "omni_clickcollect.store";

const ARROWS = { ArrowDown: 1, ArrowUp: -1 };

class DeskKeys extends Component {
    static template = "omni_clickcollect.DeskKeys";
    static components = { Dialog };
    static props = { close: Function };
}

/** The queue of one store. The server tells when it changes; what is on screen stays through a loss of network. */
export class PickupDesk extends Component {
    static template = "omni_clickcollect.PickupDesk";
    static components = { PickupCard, PickupDetail };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.busService = useService("bus_service");
        this.notification = useService("notification");
        this.dialog = useService("dialog");
        this.steps = new DeskOutbox(
            (...args) => this.orm.silent.call("omni.pickup.desk", "step", args),
            user.userId
        );
        this.sending = useState(this.steps.state);
        this.searchRef = useRef("search");
        this.hasCamera = hasTouch() && isBarcodeScannerSupported();
        this.state = useState({
            stores: [],
            storeId: false,
            queue: {
                to_prepare: { count: 0, cards: [] },
                ready: { count: 0, cards: [] },
                next_bin: "",
                whereabouts: "",
            },
            tab: "to_prepare",
            search: "",
            openId: false,
            scanned: "", // a code scanned for the pickup on screen
            wrong: "", // what is wrong with the last product scanned
            refused: [], // what was not done, in words, until somebody has read it
            sound: isSoundOn(),
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
        useBack(
            () => Boolean(this.state.openId),
            () => this.close()
        );
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
            const result = await this.orm.silent.call("omni.pickup.desk", method, args);
            this.state.offline = false;
            return result;
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.state.offline = true;
            this.tryAgain();
            return false;
        }
    }

    async start() {
        const stores = await this.call("stores", []);
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
        this.tellRefused(await this.steps.send());
        const done = this.done;
        let queue = false;
        try {
            queue = await this.call("queue", [storeId, search]);
            this.state.denied = "";
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.denied = error.data?.message || error.message;
        }
        // An answer that was overtaken by another store or search is not shown.
        if (queue && storeId === this.state.storeId && search === this.state.search) {
            if (done !== this.done) {
                return this.load(); // what was done meanwhile may not be in it
            }
            this.hear(queue);
            this.state.queue = queue;
            this.state.now = luxon.DateTime.now();
            this.state.openId = this.opened ? this.state.openId : false;
        }
    }

    /** Say, by sound and in words, that something new is to be prepared, and that somebody has arrived. */
    hear({ to_prepare, ready }) {
        const { storeId, search } = this.state;
        if (search) {
            return;
        }
        const arrived = ready.cards.filter((card) => card.arrived_at);
        if (this.heard?.storeId === storeId) {
            const { ids, arrivedIds } = this.heard;
            const isNew = ({ id, state }) => state === "to_prepare" && !ids.has(id);
            const fresh = to_prepare.cards.filter(isNew).map(({ customer }) => customer);
            const waiting = arrived
                .filter(({ id }) => !arrivedIds.has(id))
                .map(({ customer, place }) => `${customer} (${place})`);
            if (fresh.length) {
                const text = _t("New to prepare: %s", fresh.join(", "));
                this.notification.add(text, { type: "info" });
            }
            if (waiting.length) {
                this.notification.add(_t("Arrived: %s", waiting.join(", ")), { type: "warning" });
            }
            if (fresh.length || waiting.length) {
                play("new");
            }
        }
        const idsOf = (cards) => new Set(cards.map(({ id }) => id));
        this.heard = { storeId, ids: idsOf(to_prepare.cards), arrivedIds: idsOf(arrived) };
    }

    /** The cards as they are once the steps that wait for the network are done. */
    get board() {
        const board = { to_prepare: [], ready: [] };
        const { queue } = this.state;
        for (const card of [...queue.to_prepare.cards, ...queue.ready.cards]) {
            const seen = this.steps.foresee(card, this.sending.waiting);
            if (seen) {
                board[seen.state === "ready" ? "ready" : "to_prepare"].push(seen);
            }
        }
        return board;
    }

    get cards() {
        const { to_prepare, ready } = this.board;
        return [...to_prepare, ...ready];
    }

    get offline() {
        return this.state.offline || (this.sending.offline && this.sending.waiting.length);
    }

    get waitingLabel() {
        const count = this.sending.waiting.length;
        return count === 1
            ? _t("1 step waiting to be sent.")
            : _t("%s steps waiting to be sent.", count);
    }

    get opened() {
        return this.cards.find(({ id }) => id === this.state.openId);
    }

    get columns() {
        const { queue, search } = this.state;
        const board = this.board;
        const columns = [
            { id: "to_prepare", title: _t("To prepare"), icon: "fa-list-ul" },
            { id: "ready", title: _t("Ready"), icon: "fa-shopping-bag" },
        ];
        const empty = {
            to_prepare: _t("Nothing to prepare"),
            ready: _t("No pickup waits for its customer"),
        };
        return columns.map((column) => {
            const cards = board[column.id];
            const count = queue[column.id].count + cards.length - queue[column.id].cards.length;
            const shown = { shown: cards.length, count };
            return {
                ...column,
                count,
                cards,
                empty: search
                    ? queue.whereabouts || _t("Nothing found for “%s”", search)
                    : empty[column.id],
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
        Object.assign(this.state, { openId: card.id, scanned: "", wrong: "" });
    }

    close() {
        this.state.openId = false;
    }

    /** Escape clears the search, or goes back; the arrows go through the cards, and through the lines of a pickup. */
    onKeydown(ev) {
        if (ev.key === "Escape") {
            if (ev.target === this.searchRef.el && this.state.search) {
                this.clearSearch();
            } else if (this.state.openId) {
                this.close();
            }
        }
        if (ev.key === "ArrowDown" && ev.target.matches(".o_omni_pickup_detail")) {
            ev.preventDefault();
            ev.target.querySelector(".o_omni_line:enabled")?.focus();
        }
        const selector = [".o_omni_pickup_card", ".o_omni_line"].find((name) =>
            ev.target.matches(name)
        );
        if (selector && ARROWS[ev.key]) {
            ev.preventDefault();
            const all = [...ev.target.closest("section, ul").querySelectorAll(selector)];
            all[all.indexOf(ev.target) + ARROWS[ev.key]]?.focus();
        }
    }

    /** A scanner types where the cursor is: what belongs to the open pickup is taken out of the field, and counts. */
    onFieldKeydown(ev) {
        const field = ev.target;
        if (!["Enter", "Tab"].includes(ev.key) || !field.matches("input")) {
            return;
        }
        const line = this.linesToCount.find(
            ({ barcode }) => barcode && field.value.endsWith(barcode)
        );
        if (line) {
            ev.preventDefault();
            ev.stopPropagation();
            field.value = field.value.slice(0, -line.barcode.length);
            field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            this.onScan(line.barcode);
        }
    }

    /** Scan with the camera of the phone. */
    async scan() {
        this.onScan(await scanBarcode(this.env));
    }

    toggleSound() {
        this.state.sound = !this.state.sound;
        switchSound(this.state.sound);
        if (this.state.sound) {
            play("good");
        }
    }

    showKeys() {
        this.dialog.add(DeskKeys);
    }

    print(card, name) {
        const page = browser.open(
            `/report/html/omni_clickcollect.report_pickup_${name}/${card.id}`
        );
        page?.addEventListener("load", () => page.print());
    }

    /** Note how much of a line is in hand: on screen at once, at the server as soon as it answers. */
    async count(card, line, quantity) {
        this.state.wrong = "";
        this.done = (this.done || 0) + 1;
        const shown = this.state.queue.to_prepare.cards.find(({ id }) => id === card.id);
        const shownLine = shown?.lines.find(({ id }) => id === line.id);
        if (shownLine) {
            shownLine.prepared = quantity;
        }
        const values = { line_id: line.id, quantity };
        const { message, kept, others } = await this.steps.act(card, "count", values);
        this.tellRefused(others);
        if (message) {
            this.warn(card.customer, message);
            this.reload();
        } else if (kept) {
            this.tryAgain();
        }
    }

    /** The lines of the open pickup that a scan may count. */
    get linesToCount() {
        const card = this.opened;
        return card?.state === "preparing" && card.mine ? card.lines : [];
    }

    /**
     * A product's barcode counts its line; a customer's code, or the label of a bag, opens a pickup; a code proves who came
     * for the one on screen.
     */
    onScan(barcode) {
        const card = this.opened;
        const counting = this.linesToCount.length > 0;
        const lines = this.linesToCount.filter((line) => line.barcode === barcode);
        const code = cleanCode(barcode);
        const found = this.cards.find(
            ({ codes, order }) => codes.includes(code) || order === barcode
        );
        if (lines.length) {
            this.countScanned(
                card,
                lines.find((line) => line.prepared < line.quantity) || lines[0]
            );
        } else if (card && card.order === barcode) {
            return; // the label of the bag that is looked at
        } else if (card?.state === "ready" && (!found || found === card)) {
            this.state.scanned = code;
        } else if (found) {
            this.open(found);
        } else if (counting) {
            this.state.wrong = _t("%s is not in this order.", barcode);
            play("wrong");
        } else {
            this.state.search = barcode;
            this.reload();
        }
    }

    countScanned(card, line) {
        if (line.prepared >= line.quantity) {
            this.state.wrong = _t("%s: everything is counted already.", line.name);
            play("wrong");
            return;
        }
        play("good");
        return this.count(card, line, Math.min(line.prepared + 1, line.quantity));
    }

    /** Do a step of a pickup; the message of a refusal is returned, "" when done or kept until the network is back. */
    async act(card, step, values = {}) {
        this.done = (this.done || 0) + 1;
        const { message, kept, others } = await this.steps.act(card, step, values);
        this.tellRefused(others);
        this.done += 1;
        if (message) {
            this.reload();
            return message;
        }
        if (kept) {
            this.tryAgain();
            return "";
        }
        this.notify(card, step);
        await this.load();
        return "";
    }

    takeOver(card) {
        return new Promise((resolve) =>
            this.dialog.add(
                ConfirmationDialog,
                {
                    title: _t("Take over"),
                    body: _t("%s is preparing this pickup. Take it over?", card.preparer),
                    confirmLabel: _t("Take over"),
                    confirm: () => this.act(card, "take_over").then(resolve),
                    cancel: () => resolve(""),
                },
                { onClose: () => resolve("") }
            )
        );
    }

    missingOptions(line) {
        return this.call("missing_options", [this.state.openId, line.id]);
    }

    tryAgain() {
        browser.clearTimeout(this.retry);
        this.retry = browser.setTimeout(() => this.reload(), RETRY_MS);
    }

    /** Say once which steps, kept while the network was away, the server refused in the end; who waits for others says so. */
    tellRefused(refused) {
        for (const step of refused.filter(({ kept, told }) => kept && !told)) {
            step.told = true;
            this.warn(step.customer, step.message);
        }
    }

    warn(customer, message) {
        play("wrong");
        this.state.refused.push(`${customer}: ${message}`);
    }

    notify(card, step) {
        const text = {
            ready: _t("%s is ready: the customer will be told.", card.customer),
            extend: _t("%s: pickup time extended.", card.customer),
            hand_over: _t("Handed over: %s.", card.order),
            release: _t("Released. Restock the goods."),
        }[step];
        if (text) {
            this.notification.add(text, { type: "success" });
        }
    }
}

registry.category("actions").add("omni_clickcollect.pickup_desk", PickupDesk);
