import { useEffect } from "@odoo/owl";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { SearchedList } from "@omni_base/till/searched_list";
import { uuidv4 } from "@point_of_sale/utils";

/** The open pickups of this till's store: handed over when paid, else put on a ticket to be paid. */
export class PickupsScreen extends SearchedList {
    static template = "omni_clickcollect.PickupsScreen";
    static props = {
        pickup: { type: Object, optional: true }, // opened by a scan, with the code that was scanned
        code: { type: String, optional: true },
        query: { type: String, optional: true }, // what was searched for elsewhere
    };

    get begin() {
        return {
            query: this.props.query || "",
            pickups: [],
            whereabouts: "", // of the order that was searched for by its number, if it does not wait here
            pickup: false, // the one that is opened
            code: "",
            noCode: false, // whether the customer has none, and somebody checks who they are
            identity: "", // what was checked then
            error: "",
            parting: false, // whether a part is taken
            parts: {}, // {line id: {now: quantity, back: whether the rest goes back to the shop}}
            busy: false,
        };
    }
    get words() {
        return {
            title: _t("Pickups"),
            search: _t("Search pickups"),
            what: _t("Code, name, phone, order"),
        };
    }
    get isListed() {
        return !this.state.pickup;
    }
    setup() {
        super.setup();
        if (this.props.pickup) {
            this.open(this.props.pickup, this.props.code);
        }
        const refresh = useDebounced(() => this.refresh(), 1000);
        let known = this.pos.omniPickupNews;
        useEffect(
            (news) => {
                if (news !== known) {
                    known = news;
                    refresh();
                }
            },
            () => [this.pos.omniPickupNews]
        );
    }

    // -- the list ------------------------------------------------------------------------------

    async load() {
        const query = this.state.query;
        this.state.status = "loading";
        const { result, error } = await this.keepLast.add(
            this.pos.omniPickupCall("pickups", [query])
        );
        this.state.status = "ready";
        this.state.notice = error || "";
        if (error) {
            return;
        }
        Object.assign(this.state, result);
        if (!result.count && this.pos.omniIsPickupCode(query)) {
            await this.openCode(query);
        }
    }
    /** Show what the desk or the customer changed meanwhile; what the seller is doing is left alone. */
    async refresh() {
        if (this.state.busy) {
            return; // what it does loads them again
        }
        await this.load();
        const { pickup, pickups, parting, busy, code } = this.state;
        const fresh = pickup && pickups.find(({ id }) => id === pickup.id);
        if (fresh && !parting && !busy && JSON.stringify(fresh) !== JSON.stringify(pickup)) {
            this.open(fresh, code);
        }
    }
    async onSearchKeydown(ev) {
        if (ev.key === "Enter" && this.pos.omniIsPickupCode(this.state.query)) {
            await this.openCode(this.state.query);
        }
    }
    /** The label of a bag opens its pickup; the customer's code proves who came, too. */
    onScan({ code }) {
        const labelled = this.state.pickups.find(({ order }) => order === code);
        if (!labelled) {
            return this.openCode(code);
        }
        if (labelled.id !== this.state.pickup?.id) {
            this.open(labelled);
        }
    }
    async openCode(code) {
        const { result, error } = await this.pos.omniPickupCall("open_by_code", [code]);
        if (result?.pickup) {
            this.state.query = ""; // or going back would open it again
            this.open(result.pickup, code);
        } else {
            const words = error || result.notice;
            this.state[this.state.pickup ? "error" : "notice"] = words;
        }
    }
    get emptyText() {
        if (!this.state.query) {
            return _t("No pickup waits at this store.");
        }
        return (
            this.state.whereabouts ||
            _t("No pickup found. Try the code, the name, the end of the phone number or the order.")
        );
    }
    get moreText() {
        const { count, pickups } = this.state;
        return count > pickups.length
            ? _t("%(shown)s of %(count)s pickups. Search to find the others.", {
                  shown: pickups.length,
                  count,
              })
            : "";
    }
    back() {
        if (this.state.pickup) {
            this.state.pickup = false;
            return this.load();
        }
        super.back();
    }

    // -- one pickup ----------------------------------------------------------------------------

    open(pickup, code = "") {
        // A hand-over that the network cut off is asked again with its own key, and so done once.
        this.key = uuidv4();
        Object.assign(this.state, {
            pickup,
            code,
            noCode: false,
            identity: "",
            error: "",
            notice: "",
            parting: false,
            parts: Object.fromEntries(
                pickup.lines.map((line) => [line.id, { now: line.open, back: false }])
            ),
        });
    }
    get openLines() {
        return this.state.pickup.lines.filter((line) => line.open > 0);
    }
    get canAct() {
        return this.state.pickup.state === "ready" && !this.state.pickup.undecided;
    }
    get whyNot() {
        const pickup = this.state.pickup;
        if (pickup.state !== "ready") {
            return _t("Not ready yet: promised for %s.", pickup.promised);
        }
        return pickup.undecided
            ? _t("Items are missing. Decide at the pickup desk what to do.")
            : "";
    }
    setNow(line, value) {
        const now = Number(String(value).replace(",", "."));
        this.state.parts[line.id].now = Math.min(Math.max(now || 0, 0), line.open);
        this.key = uuidv4();
    }
    setBack(line, back) {
        this.state.parts[line.id].back = back;
        this.key = uuidv4();
    }
    get takesNothing() {
        return this.state.parting && this.openLines.every((line) => !this.state.parts[line.id].now);
    }
    get handOverLabel() {
        if (!this.state.parting) {
            return _t("Hand over");
        }
        return this.takesNothing ? _t("Refuse and refund") : _t("Hand over this part");
    }

    toggleNoCode() {
        this.state.noCode = !this.state.noCode;
        this.state.error = "";
        this.key = uuidv4();
    }
    /** What the server is shown: the customer's code, or what was checked in its place. */
    get proof() {
        const { noCode, identity, code } = this.state;
        const cashier = this.pos.cashier?.name || "";
        return noCode ? { identity: identity.trim(), cashier } : { code: code.trim(), cashier };
    }

    /** Do one thing at a time with the code that the customer shows. */
    async once(action) {
        if (this.state.busy) {
            return;
        }
        this.state.error = "";
        if (!this.proof.code && !this.proof.identity) {
            this.state.error = this.state.noCode
                ? _t("Enter what you checked, for example an identity card.")
                : _t("Ask the customer for the code, and enter or scan it.");
            return;
        }
        this.state.busy = true;
        try {
            this.state.error = (await action()) || "";
        } finally {
            this.state.busy = false;
        }
    }
    handOver() {
        return this.once(async () => {
            const { pickup, parting, parts } = this.state;
            const values = this.proof;
            if (parting) {
                const left = this.openLines.filter((line) => parts[line.id].now < line.open);
                const back = left.filter((line) => parts[line.id].back);
                if (this.takesNothing && back.length < left.length) {
                    return _t("Nothing is taken: choose to restock all of it.");
                }
                values.quantities = Object.fromEntries(
                    this.openLines.map((line) => [line.id, parts[line.id].now])
                );
                values.back = Object.fromEntries(
                    back.map((line) => [line.id, line.open - parts[line.id].now])
                );
            }
            const { result, error } = await this.pos.omniPickupCall("hand_over", [
                this.key,
                pickup.id,
                values,
            ]);
            if (error) {
                return error;
            }
            this.tellDone(pickup, result);
            this.state.pickup = false;
            this.load();
        });
    }
    tellDone(pickup, result) {
        const done = this.takesNothing
            ? _t("%s: refused.", pickup.customer)
            : result.state === "ready"
              ? _t("%s: a part was handed over, the rest is still waiting.", pickup.customer)
              : _t("%s: handed over.", pickup.customer);
        this.notification.add(done, { type: "success" });
        if (result.by_itself) {
            this.notification.add(
                _t("%s is refunded to the original means of payment.", result.by_itself),
                { type: "info" }
            );
        }
        if (result.by_hand) {
            // What the seller has to do now is read and put away: it never lies on what comes next.
            this.dialog.add(AlertDialog, {
                title: pickup.customer,
                body: _t(
                    "To refund by hand: %s. The salesperson of the order has a task.",
                    result.by_hand
                ),
            });
        }
    }
    takePayment() {
        return this.once(() => this.pos.omniPayPickup(this.state.pickup, this.proof));
    }
    giveUp() {
        return this.once(async () => {
            const { pickup } = this.state;
            const { error } = await this.pos.omniPickupCall("give_up", [pickup.id, this.proof]);
            if (error) {
                return error;
            }
            this.notification.add(_t("%s: refused.", pickup.customer), { type: "success" });
            this.state.pickup = false;
            this.load();
        });
    }
}

registry.category("omni_by_code_pages").add("pickups", { page: "PickupsScreen" });
registry.category("pos_pages").add("PickupsScreen", {
    name: "PickupsScreen",
    component: PickupsScreen,
    route: `/pos/ui/${odoo.pos_config_id}/pickups`,
    params: {},
});
