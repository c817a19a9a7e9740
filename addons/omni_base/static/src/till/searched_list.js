import { Component, onMounted, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { useRouterParamsChecker } from "@point_of_sale/app/hooks/pos_router_hook";

/**
 * A screen of the till with a list that the server searches: by what is typed, or scanned. Each one says what it is about
 * (`words`), what it keeps besides (`begin`), how its list is loaded (`load`), and what a scan does (`onScan`).
 */
export class SearchedList extends Component {
    static storeOnOrder = false;

    setup() {
        this.pos = usePos();
        this.ui = useService("ui");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        useRouterParamsChecker();
        this.keepLast = new KeepLast();
        this.state = useState({
            status: "loading",
            query: "",
            count: 0,
            notice: "", // why there is no list, or none of what was searched for
            ...this.begin,
        });
        this.onInput = useDebounced(() => this.load(), 300);
        const onScan = (scanned) => this.onScan(scanned);
        useBarcodeReader({ product: onScan, client: onScan, error: onScan });
        onMounted(() => this.load());
    }
    /** Whether the list is on screen, and can be searched. */
    get isListed() {
        return true;
    }
    onSearchKeydown() {}
    clearQuery() {
        this.state.query = "";
        this.load();
    }
    back() {
        this.pos.omniLeaveScreen();
    }
    quantity(value) {
        return this.env.utils.formatProductQty(value, false);
    }
}
