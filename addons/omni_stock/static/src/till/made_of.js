export const PRECISION = 0.000001; // of a product's unit: what adding up parts of kits may lose

/** @returns {[number, number][]} ids and quantities of what one piece takes out of stock: the parts of a kit, or itself */
export const madeOf = (product) =>
    product.omni_parts?.length ? product.omni_parts : [[product.id, 1]];
