/**
 * What is wrong with what can be pressed, read or filled in within `scope`: outside the window, cut, covered, too low for a
 * finger. Names are as long as they are: what a name alone cuts, with an ellipsis, is none.
 * @returns {string[]}
 */
(scope) => {
    const FINGER = 32; // px
    const faults = [];
    const canvas = document.createElement("canvas").getContext("2d");
    const widthOf = (element, text) => {
        canvas.font = getComputedStyle(element).font;
        return canvas.measureText(text).width;
    };
    const isShown = (element) =>
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
        element.getBoundingClientRect().width > 1;
    const label = (element) => {
        const words = element.innerText || element.ariaLabel || element.placeholder || "";
        return `${element.localName}.${[...element.classList].join(".")} "${words.replace(/\s+/g, " ").slice(0, 40)}"`;
    };
    const isInside = (inner, outer) =>
        inner.left >= outer.left - 1 &&
        inner.right <= outer.right + 1 &&
        inner.top >= outer.top - 1 &&
        inner.bottom <= outer.bottom + 1;

    const look = (element) => {
        element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
        const box = element.getBoundingClientRect();
        const isOurs = Boolean(element.closest("[class*=o_omni]"));
        if (!isInside(box, { left: 0, top: 0, right: innerWidth, bottom: innerHeight })) {
            return "is outside the window";
        }
        const hit = document.elementFromPoint(
            (box.left + box.right) / 2,
            (box.top + box.bottom) / 2
        );
        const canBePressed = getComputedStyle(element).pointerEvents !== "none";
        const goesByItself = hit?.closest(".o_notification_manager, .o_loading_indicator");
        if (canBePressed && !element.contains(hit) && !goesByItself) {
            return `is covered by ${hit && label(hit)}`;
        }
        if (isOurs && box.height < FINGER && !element.matches(".btn-link, [type=checkbox]")) {
            return `is ${Math.round(box.height)} px high`;
        }
        const style = getComputedStyle(element);
        const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        if (element.localName === "select" || element.localName === "input") {
            const words = element.selectedOptions?.[0]?.text || element.placeholder || "";
            return isOurs && widthOf(element, words) > room + 1 ? `cuts "${words}"` : "";
        }
        if (element.querySelector(".text-truncate") || !element.innerText) {
            return ""; // a name, or no words
        }
        const words = document.createRange();
        words.selectNodeContents(element);
        const text = words.getBoundingClientRect();
        if (text.width && (text.left < box.left - 1 || text.right > box.right + 1)) {
            return `cuts its text: ${Math.round(text.width)} px in ${Math.round(box.width)}`;
        }
        return "";
    };

    const pressed = "button, .btn, select, input, [role=button], a[href]";
    for (const element of document.querySelectorAll(scope)) {
        if (element.scrollWidth > element.clientWidth + 1) {
            faults.push(`${label(element)} is ${element.scrollWidth} px wide`);
        }
        for (const part of element.querySelectorAll(pressed)) {
            const fault = isShown(part) && look(part);
            if (fault) {
                faults.push(`${label(part)} ${fault}`);
            }
        }
        for (const part of element.querySelectorAll("[class*=o_omni] :is(h3, h4, h5, th, label, .badge, .alert)")) {
            if (isShown(part) && part.scrollWidth > part.clientWidth + 1 && part.clientWidth) {
                faults.push(`${label(part)} is cut`);
            }
        }
    }
    return faults;
};
