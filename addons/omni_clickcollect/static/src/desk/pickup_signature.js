import { SignatureDialog } from "@web/core/signature/signature_dialog";

/** Who collects signs for the goods: a drawing and a name, no contract. */
export class PickupSignature extends SignatureDialog {
    static template = "omni_clickcollect.PickupSignature";
}
