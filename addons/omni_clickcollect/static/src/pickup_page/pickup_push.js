import { PushSwitch } from "@omni_base/push/push_switch";
import { registry } from "@web/core/registry";

/** "Notify me on this device" of a pickup. */
export class PickupPush extends PushSwitch {
    static selector = ".o_omni_pickup_push";
    static scope = "/pickup/";
}

registry.category("public.interactions").add("omni_clickcollect.pickup_push", PickupPush);
