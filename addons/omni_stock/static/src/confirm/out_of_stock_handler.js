import { registry } from "@web/core/registry";

const OUT_OF_STOCK = "odoo.addons.omni_base.exceptions.OutOfStock";

/** A quotation that asks for more than can be promised: show the ways out instead of an error. */
export function outOfStockHandler(env, error, originalError) {
    const order =
        originalError?.exceptionName === OUT_OF_STOCK && originalError.data.context?.omni_order;
    if (!order) {
        return false;
    }
    error.unhandledRejectionEvent.preventDefault();
    const { action, orm } = env.services;
    orm.call("sale.order", "action_omni_ask", [order]).then((wizard) =>
        action.doAction(wizard, { onClose: () => action.doAction("soft_reload") })
    );
    return true;
}

registry.category("error_handlers").add("omni_stock.out_of_stock", outOfStockHandler, {
    sequence: 90,
});
