"""What axe-core finds wrong, by WCAG 2.2 at level AA, with what is ours on a page."""

import functools

import node

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OURS = "[class*=o_omni], [id^=omni], [name^=omni_]"
# Within ours, but Odoo's own: selector -> why it stays as it is.
NOT_OURS = {
    ".o-autocomplete--input": "core says which of its suggestions is chosen on the field itself",
    ".o_notebook_headers": "core's tabs stand in no list of tabs",
    ".o_web_sign_draw_clear": "the bin of core's pad for signatures has no name; it is core's to give one",
}
RUN = """async ([scope, ours, notOurs, tags]) => {
    const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
    const parts = [...document.querySelectorAll(scope)]
        .flatMap((element) => [...(element.matches(ours) ? [element] : []), ...element.querySelectorAll(ours)])
        .filter((element) => isShown(element) && !element.parentElement?.closest(ours))
        .filter((element) => !element.closest(notOurs.join()));
    if (!parts.length) {
        return ["shows nothing of ours"];
    }
    const found = await axe.run(
        { include: parts, exclude: [...document.querySelectorAll(notOurs.join())] },
        {
            runOnly: { type: "tag", values: tags },
            rules: { "target-size": { enabled: true } },
            resultTypes: ["violations"],
            iframes: false,
        }
    );
    return found.violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, any, all, none }) => {
            const reason = [...any, ...all, ...none].map(({ message }) => message).join("; ");
            return `${id}: ${help}: ${html.slice(0, 200)} (${reason})`;
        })
    );
}"""


@functools.cache
def source():
    _program, folder = node.packages()
    return (folder / "node_modules/axe-core/axe.min.js").read_text()


def faults(page, scope="body"):
    """Return in words each violation in what is ours, and shown, within ``scope``."""
    if page.evaluate("() => !window.axe"):
        page.evaluate(source())
    return page.evaluate(RUN, [scope, OURS, list(NOT_OURS), TAGS])
