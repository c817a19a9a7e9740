import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";

/** Ask the server for a part of a page. While it works ``state.busy`` is set; what it has to say, and a network that is
 * away, is in ``state.message``.
 *
 * @returns {Promise<Object>} the answer, or {} without one
 */
export async function ask(state, route, params) {
    Object.assign(state, { busy: true, message: "" });
    try {
        const answer = await rpc(route, params, { silent: true });
        state.message = answer.error || answer.message || "";
        return answer;
    } catch {
        state.message = _t("This did not work. Please try again in a moment.");
        return {};
    } finally {
        state.busy = false;
    }
}
