"""Categories, attributes and products with their variants, barcodes, prices, pictures and French texts."""

import catalogue
import pictures
from plan import Article

EAN_PREFIX = "3760999"
SIZE_SHARES = {"S": 0.7, "M": 1.4, "L": 1.3, "XL": 0.7, "39": 0.8, "40": 1.0, "41": 1.3, "42": 1.4, "43": 0.9}


def create(env, random):
    """Create the catalogue and return its variants, a list of ``plan.Article``."""
    categories = _create_categories(env)
    colour, size = _create_attributes(env)
    models = catalogue.models()
    sequences = random.sample(range(len(models)), len(models))  # the shop's first page shows a bit of everything
    templates = env["product.template"].create(
        [
            _values(env, model, categories[model.kind.category], colour, size)
            | {"website_sequence": 10 * (sequence + 1)}
            for model, sequence in zip(models, sequences, strict=True)
        ]
    )
    _translate(templates, models)
    _finish_variants(templates, models, colour)
    _suggest(templates, models)
    return [
        _article(variant, model)
        for template, model in zip(templates, models, strict=True)
        for variant in template.product_variant_ids
    ]


def _create_categories(env):
    """Return ``{name: (product.category, product.public.category, pos.category)}``."""
    found = {}
    for number, (name, (french, _margin, shape)) in enumerate(catalogue.CATEGORIES.items()):
        image = pictures.product(shape, list(catalogue.COLOURS.values())[number][1])
        records = (
            env["product.category"].create({"name": name}),
            env["product.public.category"].create({"name": name, "sequence": number, "image_1920": image}),
            env["pos.category"].create({"name": name, "sequence": number, "color": number + 1}),
        )
        for record in records[1:]:
            record.with_context(lang="fr_FR").name = french
        found[name] = records
    return found


def _create_attributes(env):
    """Return the attributes colour and size, the latter a dict by kind of size."""
    colour = env["product.attribute"].create(
        {
            "name": "Colour",
            "display_type": "color",
            "value_ids": [
                (0, 0, {"name": name, "html_color": code, "sequence": number})
                for number, (name, (_french, code)) in enumerate(catalogue.COLOURS.items())
            ],
        }
    )
    colour.with_context(lang="fr_FR").name = "Couleur"
    for value in colour.value_ids:
        value.with_context(lang="fr_FR").name = catalogue.COLOURS[value.name][0]
    size = {}
    for key, english, french in (("wear", "Size", "Taille"), ("shoes", "Shoe size", "Pointure")):
        size[key] = env["product.attribute"].create(
            {
                "name": english,
                "display_type": "pills",
                "value_ids": [
                    (0, 0, {"name": name, "sequence": number}) for number, name in enumerate(catalogue.SIZES[key])
                ],
            }
        )
        size[key].with_context(lang="fr_FR").name = french
    return colour, size


def _values(env, model, categories, colour, size):
    kind = model.kind
    category, public, till = categories
    lines = []
    if len(model.colours) > 1:
        lines.append((colour, colour.value_ids.filtered(lambda value: value.name in model.colours)))
    if kind.sizes:
        lines.append((size[kind.sizes], size[kind.sizes].value_ids))
    return {
        "name": f"{kind.english} {model.place}",
        "list_price": model.price,
        "weight": kind.weight,
        "is_storable": True,
        "available_in_pos": True,
        "is_published": True,
        "allow_out_of_stock_order": False,
        "show_availability": True,
        "available_threshold": 5,
        "invoice_policy": "order",
        "categ_id": category.id,
        "public_categ_ids": [(4, public.id)],
        "pos_categ_ids": [(4, till.id)],
        "description_sale": kind.english_text,
        "description_ecommerce": f"<p>{_text(model)}</p>",
        "image_1920": pictures.product(kind.shape, catalogue.COLOURS[model.colours[0]][1]),
        "attribute_line_ids": [
            (0, 0, {"attribute_id": attribute.id, "value_ids": [(6, 0, values.ids)]}) for attribute, values in lines
        ],
    }


def _translate(templates, models):
    for template, model in zip(templates, models, strict=True):
        kind = model.kind
        french = {"name": f"{kind.french} {model.place}", "description_sale": kind.french_text}
        template.with_context(lang="fr_FR").write(french)
        words = {_text(model): f"{kind.french_text} {catalogue.TIERS[model.rank][2]}"}
        template.update_field_translations("description_ecommerce", {"fr_FR": words})


def _text(model):
    return f"{model.kind.english_text} {catalogue.TIERS[model.rank][1]}"


def _finish_variants(templates, models, colour):
    """Give each variant its barcode, reference, cost and, beyond a model's first colour, its own picture."""
    number = 0
    for template, model in zip(templates, models, strict=True):
        for variant in template.product_variant_ids:
            number += 1
            values = {
                "barcode": ean13(number),
                "default_code": f"HV{number:05d}",
            }
            shade = variant.product_template_attribute_value_ids.filtered(
                lambda value: value.attribute_id == colour
            ).name
            if shade and shade != model.colours[0]:
                values["image_variant_1920"] = pictures.product(model.kind.shape, catalogue.COLOURS[shade][1])
            variant.write(values)
    costs = {}
    for template, model in zip(templates, models, strict=True):
        costs[model.cost] = costs.get(model.cost, templates.browse()) | template
    for cost, same in costs.items():
        same.product_variant_ids.standard_price = cost


def _article(variant, model):
    sizes = variant.product_template_attribute_value_ids.mapped("name")
    share = max((SIZE_SHARES.get(size, 0) for size in sizes), default=0) or 1.0
    return Article(
        variant.id,
        variant.product_tmpl_id.id,
        variant.display_name,
        model.price,
        model.cost,
        model.kind.season,
        share / len(variant.product_tmpl_id.product_variant_ids),
    )


def _suggest(templates, models):
    """Propose the other models of a kind as alternatives, and the next kind's first as an accessory."""
    by_kind = {}
    for template, model in zip(templates, models, strict=True):
        by_kind.setdefault(model.kind, []).append(template.id)
    following = list(by_kind.values())
    for siblings, others in zip(following, following[1:] + following[:1], strict=True):
        for template in templates.browse(siblings):
            template.write(
                {
                    "alternative_product_ids": [(6, 0, [sibling for sibling in siblings if sibling != template.id])],
                    "accessory_product_ids": [(6, 0, templates.browse(others[:1]).product_variant_ids[:1].ids)],
                }
            )


def ean13(number):
    """Return the barcode of the article with this number, with its check digit."""
    digits = f"{EAN_PREFIX}{number:05d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
