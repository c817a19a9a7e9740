import {
    Component,
    onMounted,
    onPatched,
    onWillStart,
    onWillUnmount,
    useRef,
    useState,
} from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatInteger, formatPercentage } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

// Okabe and Ito's colours: told apart with any kind of colour vision. The legend names each series too.
const COLOURS = [
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#f0e442",
    "#666666",
];

export class SalesPage extends Component {
    static template = "omni_bi.SalesPage";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvas = useRef("trend");
        this.state = useState({ period: "month", page: null, error: "" });
        this.periods = [
            { id: "today", label: _t("Today") },
            { id: "week", label: _t("7 days") },
            { id: "month", label: _t("30 days") },
            { id: "year", label: _t("12 months") },
        ];
        onWillStart(() => Promise.all([loadBundle("web.chartjs_lib"), this.load()]));
        onMounted(() => this.drawTrend());
        onPatched(() => this.drawTrend());
        onWillUnmount(() => this.chart?.destroy());
    }

    async load(period = this.state.period) {
        this.state.period = period;
        try {
            const page = await this.orm.call("omni.sales.page", "read_page", [period]);
            if (this.state.period === period) {
                this.state.page = page;
                this.state.error = "";
            }
        } catch (error) {
            this.state.error =
                error.data?.message || _t("The figures could not be read. Try again.");
        }
    }

    get empty() {
        const { totals } = this.state.page;
        return !totals.orders && !totals.amount && !totals.before.orders;
    }

    get cards() {
        const { totals } = this.state.page;
        return [
            { id: "amount", label: _t("Sales"), format: this.money },
            { id: "orders", label: _t("Orders"), format: this.count },
            { id: "basket", label: _t("Average basket"), format: this.money },
            { id: "units", label: _t("Units"), format: this.count },
            { id: "margin", label: _t("Margin"), format: this.money },
        ].map((card) => ({
            ...card,
            value: card.format.call(this, totals[card.id]),
            change: this.change(totals[card.id], totals.before[card.id]),
        }));
    }

    get sections() {
        const { origin, fulfilment, mode } = this.state.page;
        return [
            {
                id: "origin",
                title: _t("Where customers bought"),
                field: "channel_id",
                rows: origin,
            },
            {
                id: "fulfilment",
                title: _t("Who served them"),
                field: "fulfilment_channel_id",
                rows: fulfilment,
            },
            { id: "mode", title: _t("How they got it"), field: "fulfilment", rows: mode },
        ];
    }

    money(amount) {
        return formatCurrency(amount, this.state.page.currency_id);
    }

    count(amount) {
        return Number.isInteger(amount)
            ? formatInteger(amount)
            : formatFloat(amount, { digits: [0, 1] });
    }

    share(value) {
        return formatPercentage(value, { digits: [0, 0] });
    }

    /** What became of a figure since the period before: in words, with an arrow, never by colour alone. */
    change(now, before) {
        if (!before) {
            return { text: now ? _t("new") : "", icon: "", tone: "text-muted" };
        }
        const rate = Math.round(((now - before) / Math.abs(before)) * 100) / 100;
        if (!rate) {
            return { text: _t("unchanged"), icon: "", tone: "text-muted" };
        }
        const tone = rate < 0 ? "text-danger" : "text-success";
        const icon = rate < 0 ? "fa-arrow-down" : "fa-arrow-up";
        return {
            text: (rate > 0 ? "+" : "") + formatPercentage(rate, { digits: [0, 0] }),
            icon,
            tone,
        };
    }

    barStyle(row) {
        return `width: ${Math.max(0, Math.min(100, row.share * 100))}%`;
    }

    cellStyle(amount) {
        const largest = Math.max(...this.state.page.matrix.cells.flat(), 0);
        return largest > 0 && amount > 0
            ? `--o-omni-heat: ${Math.round((amount / largest) * 45)}%`
            : "";
    }

    /** Open the lines behind a figure. */
    async explore(condition) {
        const action = await this.action.loadAction("omni_bi.omni_sales_analysis_action");
        return this.action.doAction(
            { ...action, domain: [...this.state.page.domain, ...condition] },
            { viewType: "list" }
        );
    }

    drawTrend() {
        const canvas = this.canvas.el;
        if (!canvas || this.drawn === this.state.page) {
            return;
        }
        this.drawn = this.state.page;
        this.chart?.destroy();
        const { buckets, series } = this.state.page.trend;
        const day = { day: "numeric", month: "short" };
        const month = { month: "short", year: "2-digit" };
        const format = this.state.period === "year" ? month : day;
        this.chart = new Chart(canvas, {
            type: "bar",
            data: {
                labels: buckets.map((bucket) =>
                    luxon.DateTime.fromISO(bucket).toLocaleString(format)
                ),
                datasets: series.map((one, index) => ({
                    label: one.label,
                    data: one.amounts,
                    backgroundColor: COLOURS[index % COLOURS.length],
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                locale: luxon.Settings.defaultLocale,
                scales: { x: { stacked: true, grid: { display: false } }, y: { stacked: true } },
                plugins: {
                    legend: { position: "bottom" },
                    tooltip: {
                        callbacks: {
                            label: (item) => `${item.dataset.label}: ${this.money(item.parsed.y)}`,
                        },
                    },
                },
            },
        });
    }
}

registry.category("actions").add("omni_bi.sales_page", SalesPage);
