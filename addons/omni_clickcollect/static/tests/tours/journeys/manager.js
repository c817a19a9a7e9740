import { click, journey, screen } from "./steps";

/** The manager looks what became of a pickup that nobody collected. */
journey("manager_looks", () => [
    screen("manager, pickup", '.o_form_view:contains("Camille Martin")'),
    click('.o_notebook .nav-link[name="history"]'),
    screen("manager, history", '.o_notebook:contains("Not collected in time.")'),
]);
