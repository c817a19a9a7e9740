import { TourAutomatic } from "@web_tour/js/tour_automatic/tour_automatic";

// Milliseconds that a step of a tour waits for what it looks at: a busy machine needs more than Odoo's ten seconds to
// save and invoice a ticket. Who finds it at once waits no longer than before.
TourAutomatic.prototype.timeout = 30000;
