/** Show in the website's header which store the shopper has just chosen.
 *
 * @param {Object} shop a row of a product's page: its id, its name and whether it is open
 */
export function showInHeader(shop) {
    const bar = document.querySelector(".o_omni_my_store");
    if (bar && shop) {
        const link = bar.querySelector("[name=omni_my_store]");
        link.href = `/stores/${shop.id}`;
        link.querySelector("span").textContent = shop.name;
        bar.querySelector("[name=omni_my_store_open]").textContent = shop.open?.label || "";
        bar.classList.remove("d-none");
    }
}
