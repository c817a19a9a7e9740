import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const WIDTH = 360;
const HEIGHT = 240;
const MARGIN = 30;

/**
 * Stores and the customer where they lie, with a line for every leg. Drawn from coordinates alone: nothing is fetched
 * from anywhere. With fewer than two known places there is nothing to draw, and the list beside it says it all.
 */
export class RouteMap extends Component {
    static template = "omni_stock.RouteMap";
    static props = { ...standardFieldProps };

    get size() {
        return `0 0 ${WIDTH} ${HEIGHT}`;
    }

    get title() {
        return _t("Map of the stores considered, of those chosen, and of where the goods go");
    }

    /** The places with their positions in the drawing; the chosen ones last, so that they lie on top. */
    get places() {
        const places = this.props.record.data[this.props.name]?.places || [];
        if (places.length < 2) {
            return [];
        }
        const north = places.map((place) => place.latitude);
        // A degree of longitude gets shorter towards the poles.
        const middle = (Math.min(...north) + Math.max(...north)) / 2;
        const shrink = Math.cos((middle * Math.PI) / 180);
        const east = places.map((place) => place.longitude * shrink);
        const scale = Math.min(
            (WIDTH - 2 * MARGIN) / (Math.max(...east) - Math.min(...east) || 1),
            (HEIGHT - 2 * MARGIN) / (Math.max(...north) - Math.min(...north) || 1)
        );
        const left = (WIDTH - (Math.max(...east) - Math.min(...east)) * scale) / 2;
        const top = (HEIGHT - (Math.max(...north) - Math.min(...north)) * scale) / 2;
        return places.map((place, position) => ({
            ...place,
            key: position,
            x: left + (east[position] - Math.min(...east)) * scale,
            y: top + (Math.max(...north) - north[position]) * scale,
        }));
    }

    get goal() {
        return this.places.find((place) => place.kind === "goal");
    }

    get legs() {
        const goal = this.goal;
        return goal ? this.places.filter((place) => place.kind === "chosen") : [];
    }
}

registry.category("fields").add("omni_route_map", {
    component: RouteMap,
    supportedTypes: ["json"],
});
